//! From the right, and no further than our own proxies reach.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// The address that a request is counted for.
pub fn client(peer: IpAddr, proxies: &[IpNet], lines: &[&str]) -> IpAddr {
    let mut client = peer.to_canonical();
    let members = lines.iter().rev().flat_map(|line| line.rsplit(','));
    for member in members {
        if !proxies.iter().any(|net| net.contains(&client)) {
            break;
        }
        let Some(before) = address(member.trim()) else {
            break;
        };
        client = before;
    }
    client
}

/// An address, alone or in brackets, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let address = bare
        .parse()
        .or_else(|_| text.parse().map(|address: SocketAddr| address.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}
