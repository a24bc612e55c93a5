//! `ws:` and `wss:` URLs (RFC 6455 §3).

use std::fmt;
use std::str::FromStr;

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

/// Why a text is no WebSocket URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidUrl {
    /// Neither `ws://` nor `wss://`.
    Scheme,
    /// No host, or one with characters that a host does not have.
    Host,
    /// A port that is no number from 1 to 65535.
    Port,
    /// A name or a password before the host: send them in a field.
    UserInfo,
    /// A fragment. A `#` that is meant must be written `%23`.
    Fragment,
    /// A character that must be percent-encoded.
    ResourceName,
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
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        let (scheme, rest) = text.split_once("://").ok_or(InvalidUrl::Scheme)?;
        let secure = match scheme {
            _ if scheme.eq_ignore_ascii_case("ws") => false,
            _ if scheme.eq_ignore_ascii_case("wss") => true,
            _ => return Err(InvalidUrl::Scheme),
        };
        // RFC 6455 §3
        if rest.contains('#') {
            return Err(InvalidUrl::Fragment);
        }
        if !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidUrl::ResourceName);
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, resource) = rest.split_at(end);
        if authority.contains('@') {
            return Err(InvalidUrl::UserInfo);
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

fn split_port(authority: &str, default: u16) -> Result<(String, u16), InvalidUrl> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or(InvalidUrl::Host)?;
            host.parse::<std::net::Ipv6Addr>()
                .map_err(|_| InvalidUrl::Host)?;
            (host, port)
        }
        None => {
            let end = authority.find(':').unwrap_or(authority.len());
            let (host, port) = authority.split_at(end);
            let is_host =
                |b: u8| b.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&b);
            if host.is_empty() || !host.bytes().all(is_host) {
                return Err(InvalidUrl::Host);
            }
            (host, port)
        }
    };
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => default,
        None => return Err(InvalidUrl::Host),
        // RFC 3986 §3.2.3: an empty port is the default one.
        Some("") => default,
        Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
            match digits.parse() {
                Ok(0) | Err(_) => return Err(InvalidUrl::Port),
                Ok(port) => port,
            }
        }
        Some(_) => return Err(InvalidUrl::Port),
    };
    Ok((host.to_ascii_lowercase(), port))
}

impl fmt::Display for WebSocketUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "wss" } else { "ws" };
        write!(f, "{scheme}://{}{}", self.authority(), self.resource_name)
    }
}

impl fmt::Display for InvalidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "a WebSocket URL begins with ws:// or wss://",
            Self::Host => "a URL needs a host, such as localhost",
            Self::Port => "a port is a number from 1 to 65535",
            Self::UserInfo => "no name or password may stand in this URL",
            Self::Fragment => "a WebSocket URL has no #fragment (RFC 6455 §3)",
            Self::ResourceName => "this URL must be percent-encoded",
        })
    }
}

impl std::error::Error for InvalidUrl {}
