//! An origin is compared whole: scheme, host and port.

/// Whether a WebSocket may be opened from this origin.
pub fn lets_in(own: &[&str], origin: Option<&str>) -> bool {
    let Some(origin) = origin else {
        return true;
    };
    let Some(origin) = Origin::parse(origin) else {
        return false;
    };
    let mut own = own.iter().filter_map(|own| Origin::parse(own));
    own.any(|own| own == origin)
}

/// Where a page came from (RFC 6454, section 4).
#[derive(PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads `scheme://host` or `scheme://host:port`. What cannot serve our pages is none:
    /// neither `null` nor a file.
    fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        let (scheme, rest) = text.split_once("://")?;
        let own_port = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let (host, port) = match rest.rsplit_once(':') {
            // The colons in the brackets are those of an IPv6 address.
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ => (rest, own_port),
        };
        Some(Self {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port,
        })
    }
}
