//! What a server asks of a request.

use raw_http::{Framing, Headers, Message, RequestHead, Response, Version};

use crate::extension::{Extension, SEC_WEBSOCKET_EXTENSIONS};
use crate::heads::{are_different_tokens, encode_response, single};
use crate::key::{is_key, sec_websocket_accept};
use crate::refusal::Refusal;

/// Which pages' scripts may connect: their origins, as browsers write them into `Origin`.
///
/// A browser sends a server's cookies along with every handshake, whichever page made
/// it, and does not ask the server first: without a list, any page that a user opens can
/// talk to the server in that user's name (RFC 6455 §10.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// Everybody's: for servers that give everyone the same.
    Any,
    /// These and no others, compared byte by byte: `https://example.com`, in lower case,
    /// with the port when it is not the scheme's own. A request without the field comes
    /// from a program and not from a page, and is let in: a program can write what it
    /// likes.
    Only(Vec<String>),
}

/// What a server asks of every request, and what it speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The pages that may connect.
    pub origins: Origins,
    /// The subprotocols that the server speaks; names are case-sensitive. Of those that a
    /// client offers, its most preferred one is taken.
    pub subprotocols: Vec<String>,
}

impl Default for Policy {
    /// No page of any origin, and no subprotocol: programs only.
    fn default() -> Self {
        Self {
            origins: Origins::Only(Vec::new()),
            subprotocols: Vec::new(),
        }
    }
}

/// What the server says to a request that it accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The proof that the request was read.
    pub sec_websocket_accept: String,
    /// The subprotocol that is spoken.
    pub subprotocol: Option<String>,
    /// What the client offers, in the order of its preference. None of it is used unless
    /// it is put into `extensions`.
    pub extensions_offered: Vec<Extension>,
    /// The extensions that are used. Empty, until somebody negotiates.
    pub extensions: Vec<Extension>,
    /// More fields for the answer, such as `Set-Cookie`.
    pub headers: Headers,
    continue_is_due: bool,
}

impl Policy {
    /// Checks the head of a request (RFC 6455 §4.2.1).
    ///
    /// # Errors
    ///
    /// With the first rule that the request breaks.
    pub fn check(&self, request: &RequestHead) -> Result<Accepted, Refusal> {
        let headers = &request.headers;
        check_http(request)?;
        check_version(headers)?;
        let key = check_key(headers)?;
        self.check_origin(headers)?;
        let extensions_offered =
            Extension::list(headers).map_err(|_| Refusal::Extensions)?;
        Ok(Accepted {
            sec_websocket_accept: sec_websocket_accept(key),
            subprotocol: self.subprotocol(headers)?.map(str::to_owned),
            extensions_offered,
            extensions: Vec::new(),
            headers: Headers::new(),
            continue_is_due: headers.has_token("Expect", "100-continue"),
        })
    }

    /// RFC 6455 §10.2.
    fn check_origin(&self, headers: &Headers) -> Result<(), Refusal> {
        let allowed = match &self.origins {
            Origins::Any => return Ok(()),
            Origins::Only(allowed) => allowed,
        };
        match single(headers, "Origin") {
            Ok(None) => Ok(()),
            Ok(Some(origin)) if allowed.iter().any(|a| a == origin) => Ok(()),
            Ok(Some(_)) | Err(_) => Err(Refusal::Origin),
        }
    }

    /// RFC 6455 §4.2.2, item 5: one of those that were offered, or none.
    fn subprotocol<'h>(
        &self,
        headers: &'h Headers,
    ) -> Result<Option<&'h str>, Refusal> {
        let offered: Vec<_> = headers.list("Sec-WebSocket-Protocol").collect();
        if !are_different_tokens(&offered) {
            return Err(Refusal::Subprotocols);
        }
        let is_spoken = |name: &&str| self.subprotocols.iter().any(|own| own == name);
        Ok(offered.into_iter().find(is_spoken))
    }
}

/// What HTTP asks of a request to upgrade.
fn check_http(request: &RequestHead) -> Result<(), Refusal> {
    let RequestHead {
        method,
        version,
        headers,
        ..
    } = request;
    // RFC 6455 §4.1, item 2.
    if method != "GET" {
        return Err(Refusal::Method);
    }
    // RFC 9110 §7.8: in HTTP/1.0, `Upgrade` is to be ignored.
    if *version == Version::Http10 {
        return Err(Refusal::Http10);
    }
    // RFC 6455 §4.2.1, items 3 and 4: lists, whose members are compared in any case.
    if !headers.has_token("Upgrade", "websocket") {
        return Err(Refusal::NoUpgrade);
    }
    if !headers.has_token("Connection", "Upgrade") {
        return Err(Refusal::NoConnectionUpgrade);
    }
    check_no_body(request)
}

/// RFC 9110 §9.3.1: the body of a GET means nothing; and §7.8: there is no switch before
/// its end. A server that switches anyway lets a stranger's body become frames.
fn check_no_body(request: &RequestHead) -> Result<(), Refusal> {
    match Framing::of(Message::Request, request.version, &request.headers) {
        Ok(Framing::Empty | Framing::Length(0)) => Ok(()),
        Ok(Framing::Length(_) | Framing::Chunked | Framing::UntilClose) | Err(_) => {
            Err(Refusal::Body)
        }
    }
}

/// RFC 6455 §4.2.1, item 6, and §4.4.
fn check_version(headers: &Headers) -> Result<(), Refusal> {
    match single(headers, "Sec-WebSocket-Version") {
        Ok(Some("13")) => Ok(()),
        Ok(Some(_)) => Err(Refusal::UnknownVersion),
        Ok(None) => Err(Refusal::MissingVersion),
        // RFC 6455 §11.3.5
        Err(_) => Err(Refusal::RepeatedVersion),
    }
}

/// RFC 6455 §4.2.1, item 5.
fn check_key(headers: &Headers) -> Result<&str, Refusal> {
    match single(headers, "Sec-WebSocket-Key") {
        Ok(Some(key)) if is_key(key) => Ok(key),
        Ok(Some(_)) => Err(Refusal::InvalidKey),
        Ok(None) => Err(Refusal::MissingKey),
        // RFC 6455 §11.3.1
        Err(_) => Err(Refusal::RepeatedKey),
    }
}

impl Accepted {
    /// The answer's head (RFC 6455 §4.2.2, item 5).
    ///
    /// # Panics
    ///
    /// When a subprotocol or an extension that the program put in cannot be written.
    pub fn encode(&self) -> Vec<u8> {
        let mut response = Response::new(101)
            .header("Upgrade", "websocket")
            .header("Connection", "Upgrade")
            .header("Sec-WebSocket-Accept", &self.sec_websocket_accept);
        if let Some(subprotocol) = &self.subprotocol {
            response = response.header("Sec-WebSocket-Protocol", subprotocol);
        }
        if !self.extensions.is_empty() {
            let extensions = Extension::join(&self.extensions);
            response = response.header(SEC_WEBSOCKET_EXTENSIONS, &extensions);
        }
        for (name, value) in self.headers.iter() {
            response.headers.append(name, value);
        }
        let mut bytes = Vec::new();
        if self.continue_is_due {
            // RFC 9110 §7.8: both asked for, the 100 comes before the 101.
            bytes.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        bytes.append(&mut encode_response(&response, false));
        bytes
    }
}
