//! `ws:` and `wss:` URLs (RFC 6455 §3).

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

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
        // RFC 6455 §3
        if rest.contains('#') {
            return Err(FRAGMENT);
        }
        if !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(NOT_ENCODED);
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, resource) = rest.split_at(end);
        if authority.contains('@') {
            return Err(USER_INFO);
        }
        let (host, port) = split_port(authority, default_port(secure))?;
        Ok(Self {
            secure,
            host,
            port,
            // RFC 6455 §3: "/" if the path is empty.
            resource_name: match resource.starts_with('/') {
                true => resource.to_owned(),
                false => format!("/{resource}"),
            },
        })
    }
}

/// The host, in lower case and without the brackets of an IPv6 address; and the port.
fn split_port(authority: &str, default: u16) -> Result<(String, u16), InvalidOffer> {
    let is_host_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte);
    let (host, port, is_host) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or(HOST)?;
            (host, port, host.parse::<Ipv6Addr>().is_ok())
        }
        None => {
            let end = authority.find(':').unwrap_or(authority.len());
            let (host, port) = authority.split_at(end);
            (
                host,
                port,
                !host.is_empty() && host.bytes().all(is_host_byte),
            )
        }
    };
    if !is_host || !(port.is_empty() || port.starts_with(':')) {
        return Err(HOST);
    }
    let digits = port.strip_prefix(':').unwrap_or(port);
    let port = match digits.bytes().all(|digit| digit.is_ascii_digit()) {
        // RFC 3986 §3.2.3: an empty port is the default one.
        true if digits.is_empty() => Ok(default),
        true => digits.parse().map_err(|_| PORT),
        false => Err(PORT),
    }?;
    match port {
        0 => Err(PORT),
        port => Ok((host.to_ascii_lowercase(), port)),
    }
}

impl fmt::Display for WebSocketUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "wss" } else { "ws" };
        write!(f, "{scheme}://{}{}", self.authority(), self.resource_name)
    }
}
