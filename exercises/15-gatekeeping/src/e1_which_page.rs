//! A browser says in `Origin` which page opens a WebSocket. Here is how webpack-dev-server
//! 5.2.0 reads it (`checkHeader` in its `lib/Server.js`). It looks at the host alone, and
//! some hosts are good whatever the server was told: every IP address, everything below
//! `localhost`, every file and every extension. So a page at `http://203.0.113.9` could read
//! the source code of whoever visited it (CVE-2025-30360).
//!
//! Repair `lets_in`. `own` are the origins of the server's own pages.
//!
//! * Who comes from one of them is let in. An origin is a scheme, a host and a port (RFC 6454,
//!   section 4), and all three have to be the same. No other origin is let in: not `null`, not a
//!   neighbour's port, not a name that begins or ends like one of ours.
//! * A browser writes scheme and host in small letters, and leaves out the port that is its
//!   scheme's own: 80 for `http`, 443 for `https`. A person who fills in a configuration may
//!   write `https://Chat.example:443/`, and means `https://chat.example`. What they write is
//!   such an origin each time, with a final `/` or without.
//! * A program that is no browser sends no `Origin`. It is let in: it has no cookie but its own,
//!   so nobody else's page can misuse it.

use std::net::IpAddr;

/// Whether a WebSocket may be opened from this origin.
pub fn lets_in(own: &[&str], origin: Option<&str>) -> bool {
    let Some(origin) = origin else {
        return false;
    };
    let scheme = origin.split(':').next().unwrap_or_default();
    if scheme == "file" || scheme.ends_with("-extension") {
        return true;
    }
    let host = hostname(origin);
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    if address.is_ok() || host == "localhost" || host.ends_with(".localhost") {
        return true;
    }
    own.iter().any(|own| hostname(own) == host)
}

/// The host in an origin: what stands between the scheme and the port.
fn hostname(origin: &str) -> &str {
    let rest = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    match rest.rsplit_once(':') {
        // The colons in the brackets are those of an IPv6 address.
        Some((host, port)) if !port.ends_with(']') => host,
        _ => rest,
    }
}
