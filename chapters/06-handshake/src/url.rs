//! `ws:` and `wss:` URLs (RFC 6455 §3).

use std::fmt;
use std::net::Ipv6Addr;
use std::num::NonZeroU16;
use std::str::FromStr;

use http::uri::{Authority, PathAndQuery};

use crate::offer::InvalidOffer;

const SCHEME: InvalidOffer =
    InvalidOffer("a WebSocket URL begins with ws:// or wss://");
const HOST: InvalidOffer =
    InvalidOffer("a WebSocket URL has a host, such as localhost");
const PORT: InvalidOffer = InvalidOffer("a port is a number from 1 to 65535");
const USER_INFO: InvalidOffer = InvalidOffer("a WebSocket URL has no name or password");
const FRAGMENT: InvalidOffer = InvalidOffer("a WebSocket URL has no #fragment");
const NOT_ENCODED: InvalidOffer = InvalidOffer("a URL is percent-encoded");

/// What a WebSocket's URL says: `ws://example.com:8080/chat?room=1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSocketUrl {
    /// Whether it is `wss`: over TLS.
    pub secure: bool,
    /// The name or address to connect to. An IPv6 address is without its brackets.
    pub host: String,
    /// The port: 80 for `ws`, 443 for `wss`, unless the URL names another.
    pub port: u16,
    /// The path, `/` if there is none, and the query.
    pub resource_name: String,
}

impl WebSocketUrl {
    /// The host and, if it is not the scheme's own, the port: what the `Host` field says
    /// (RFC 6455 §4.1, item 4).
    pub fn authority(&self) -> String {
        let host = match self.host.contains(':') {
            true => format!("[{}]", self.host),
            false => self.host.clone(),
        };
        match self.port == default_port(self.secure) {
            true => host,
            false => format!("{host}:{}", self.port),
        }
    }
}

fn default_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

impl FromStr for WebSocketUrl {
    type Err = InvalidOffer;

    fn from_str(text: &str) -> Result<Self, InvalidOffer> {
        let (scheme, rest) = text.split_once("://").ok_or(SCHEME)?;
        let secure = match scheme {
            _ if scheme.eq_ignore_ascii_case("ws") => false,
            _ if scheme.eq_ignore_ascii_case("wss") => true,
            _ => return Err(SCHEME),
        };
        // RFC 6455 §3. `PathAndQuery` leaves a fragment out, and takes more than ASCII.
        if rest.contains('#') {
            return Err(FRAGMENT);
        }
        if !rest.is_ascii() {
            return Err(NOT_ENCODED);
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, resource) = rest.split_at(end);
        let (host, port) = host_and_port(authority)?;
        let resource = match resource {
            // RFC 6455 §3: "/" if the path is empty.
            "" => PathAndQuery::from_static("/"),
            _ => resource.parse().map_err(|_| NOT_ENCODED)?,
        };
        Ok(Self {
            secure,
            host,
            port: port.unwrap_or(default_port(secure)),
            resource_name: resource.to_string(),
        })
    }
}

/// The host, in lower case and without the brackets of an IPv6 address; and the port, if
/// there is one.
fn host_and_port(text: &str) -> Result<(String, Option<u16>), InvalidOffer> {
    if text.contains('@') {
        return Err(USER_INFO);
    }
    let authority: Authority = text.parse().map_err(|_| why_no_authority(text))?;
    let host = authority.host();
    // RFC 3986 §3.2.2: brackets are for addresses, which `Authority` does not look at.
    let name = match host.strip_prefix('[') {
        Some(address) => address
            .strip_suffix(']')
            .filter(|address| address.parse::<Ipv6Addr>().is_ok()),
        None => Some(host).filter(|host| !host.is_empty() && !host.contains('[')),
    };
    let port = match authority.as_str()[host.len()..].split_at_checked(1) {
        // RFC 3986 §3.2.3: an empty port is the default one.
        None | Some((":", "")) => Ok(None),
        // `Authority::port` says of one that is too large that there is none.
        Some((":", port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            port.parse::<NonZeroU16>().map(Some).map_err(|_| PORT)
        }
        Some((":", _)) => Err(PORT),
        Some(_) => Err(HOST),
    };
    let name = name.ok_or(HOST)?.to_ascii_lowercase();
    Ok((name, port?.map(NonZeroU16::get)))
}

/// Two colons are too many: if a host stands before the first, then the port is wrong.
fn why_no_authority(text: &str) -> InvalidOffer {
    match text.split_once(':') {
        Some((host, _)) if host.parse::<Authority>().is_ok() => PORT,
        _ => HOST,
    }
}

impl fmt::Display for WebSocketUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "wss" } else { "ws" };
        write!(f, "{scheme}://{}{}", self.authority(), self.resource_name)
    }
}
