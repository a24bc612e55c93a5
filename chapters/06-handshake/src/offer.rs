//! What a client asks for, and whether the answer grants it.

use std::fmt;

use raw_http::{Headers, RequestHead, ResponseHead, Version};

use crate::extension::{Extension, SEC_WEBSOCKET_EXTENSIONS};
use crate::heads::{are_different_tokens, single};
use crate::key::{sec_websocket_accept, sec_websocket_key};
use crate::rejection::Rejection;
use crate::url::WebSocketUrl;

/// What a client asks a server for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The `Host` field.
    pub host: String,
    /// The path and the query: `/chat?room=1`.
    pub resource_name: String,
    /// The subprotocols that the client speaks, the most preferred first.
    pub subprotocols: Vec<String>,
    /// Whether an answer without a subprotocol is rejected. A browser does so whenever it
    /// has offered any (WHATWG WebSockets, section 4); the RFC leaves it to the client.
    pub subprotocol_required: bool,
    /// The extensions that the client understands.
    pub extensions: Vec<Extension>,
    /// More fields: `Origin`, `Authorization`, `Cookie`.
    pub headers: Headers,
}

/// What the two sides have agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// The subprotocol that is spoken.
    pub subprotocol: Option<String>,
    /// The extensions that are used, each of which was offered. Whether their parameters
    /// answer the offer is for the extension to check.
    pub extensions: Vec<Extension>,
    /// The whole head of the answer.
    pub response: ResponseHead,
}

/// Why an offer cannot be made: it has something that cannot be written into a request,
/// and nothing was sent. The text says what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidOffer(pub &'static str);

/// The fields that the handshake writes itself, or must not have.
const OWN_FIELDS: [&str; 9] = [
    "Host",
    "Upgrade",
    "Connection",
    "Content-Length",
    "Transfer-Encoding",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Protocol",
    SEC_WEBSOCKET_EXTENSIONS,
];

impl Offer {
    /// Asks for what a URL names, and for nothing more.
    pub fn new(url: &WebSocketUrl) -> Self {
        Self {
            host: url.authority(),
            resource_name: url.resource_name.clone(),
            subprotocols: Vec::new(),
            subprotocol_required: false,
            extensions: Vec::new(),
            headers: Headers::new(),
        }
    }

    /// The request (RFC 6455 §4.1). `nonce` is chosen at random for each connection.
    ///
    /// # Errors
    ///
    /// When something of the offer cannot be written.
    pub fn request(&self, nonce: [u8; 16]) -> Result<RequestHead, InvalidOffer> {
        self.validate()?;
        let mut headers = Headers::new();
        headers.append("Host", &self.host);
        headers.append("Upgrade", "websocket");
        headers.append("Connection", "Upgrade");
        headers.append("Sec-WebSocket-Key", &sec_websocket_key(nonce));
        headers.append("Sec-WebSocket-Version", "13");
        if !self.subprotocols.is_empty() {
            headers.append("Sec-WebSocket-Protocol", &self.subprotocols.join(", "));
        }
        if !self.extensions.is_empty() {
            headers
                .append(SEC_WEBSOCKET_EXTENSIONS, &Extension::join(&self.extensions));
        }
        for (name, value) in self.headers.iter() {
            headers.append(name, value);
        }
        Ok(RequestHead {
            method: "GET".to_owned(),
            target: self.resource_name.clone(),
            version: Version::Http11,
            headers,
        })
    }

    fn validate(&self) -> Result<(), InvalidOffer> {
        let graphic = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        let is_own =
            |name: &str| OWN_FIELDS.iter().any(|own| own.eq_ignore_ascii_case(name));
        let (host, resource) = (&self.host, &self.resource_name);
        let host =
            !host.is_empty() && graphic(host) && !host.contains(['/', '?', '#', '@']);
        // RFC 6455 §3: no fragment.
        let resource =
            resource.starts_with('/') && graphic(resource) && !resource.contains('#');
        let names: Vec<_> = self.subprotocols.iter().map(String::as_str).collect();
        let own = self.headers.iter().any(|(name, _)| is_own(name));
        for (is_valid, rule) in [
            (host, "a host has none but a host's characters"),
            (
                resource,
                "a resource name begins with `/` and is percent-encoded",
            ),
            (
                are_different_tokens(&names),
                "subprotocols are different tokens",
            ),
            (
                self.extensions.iter().all(Extension::is_valid),
                "extensions and their parameters are tokens",
            ),
            (!own, "the handshake writes this field itself"),
        ] {
            if !is_valid {
                return Err(InvalidOffer(rule));
            }
        }
        Ok(())
    }

    /// Checks the head of the answer to the request with this nonce (RFC 6455 §4.1, the
    /// second list).
    ///
    /// # Errors
    ///
    /// With the first rule that the answer breaks.
    pub fn check(
        &self,
        nonce: [u8; 16],
        response: ResponseHead,
    ) -> Result<Agreed, Rejection> {
        if response.status != 101 {
            return Err(Rejection::Status(Box::new(response)));
        }
        if response.version == Version::Http10 {
            return Err(Rejection::Http10);
        }
        check_upgrade(&response.headers)?;
        check_accept(nonce, &response.headers)?;
        Ok(Agreed {
            subprotocol: self.check_subprotocol(&response.headers)?,
            extensions: self.check_extensions(&response.headers)?,
            response,
        })
    }

    /// RFC 6455 §4.1, item 5 of the answer: only what was offered.
    fn check_extensions(&self, headers: &Headers) -> Result<Vec<Extension>, Rejection> {
        let agreed = Extension::list(headers).map_err(|_| Rejection::Extension)?;
        let is_offered = |agreed: &Extension| {
            self.extensions.iter().any(|own| own.name == agreed.name)
        };
        match agreed.iter().all(is_offered) {
            true => Ok(agreed),
            false => Err(Rejection::Extension),
        }
    }

    /// RFC 6455 §4.1, item 6 of the answer: one that was offered, or none.
    fn check_subprotocol(
        &self,
        headers: &Headers,
    ) -> Result<Option<String>, Rejection> {
        // §11.3.4: at most one field in an answer.
        match single(headers, "Sec-WebSocket-Protocol") {
            Ok(Some(agreed)) if self.subprotocols.iter().any(|own| own == agreed) => {
                Ok(Some(agreed.to_owned()))
            }
            Ok(Some(_)) | Err(_) => Err(Rejection::Subprotocol),
            Ok(None) if self.subprotocol_required => Err(Rejection::NoSubprotocol),
            Ok(None) => Ok(None),
        }
    }
}

/// RFC 6455 §4.1, items 2 and 3 of the answer: `Upgrade` is this one word, `Connection` is
/// a list that has the other.
fn check_upgrade(headers: &Headers) -> Result<(), Rejection> {
    let mut upgrade = headers.list("Upgrade");
    let is_websocket = upgrade
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case("websocket"));
    if !is_websocket || upgrade.next().is_some() {
        return Err(Rejection::Upgrade);
    }
    match headers.has_token("Connection", "Upgrade") {
        true => Ok(()),
        false => Err(Rejection::ConnectionUpgrade),
    }
}

/// RFC 6455 §4.1, item 4 of the answer.
fn check_accept(nonce: [u8; 16], headers: &Headers) -> Result<(), Rejection> {
    let expected = sec_websocket_accept(&sec_websocket_key(nonce));
    match single(headers, "Sec-WebSocket-Accept") {
        Ok(Some(accept)) if accept == expected => Ok(()),
        // §11.3.3: nor may it be repeated.
        Ok(_) | Err(_) => Err(Rejection::Accept),
    }
}

impl fmt::Display for InvalidOffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidOffer {}
