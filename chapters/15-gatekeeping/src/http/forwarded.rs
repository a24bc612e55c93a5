//! Where a request comes from, behind proxies.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// Whose list of addresses it is that a proxy goes on writing.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// Where a request comes from, as far as it is known: an `Extension` of every request behind
/// [`guard`](super::guard).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client(pub IpAddr);

/// Where a request comes from. `peer` is the other end of the connection. If that is one of
/// our proxies, it has written behind what stood in `X-Forwarded-For` whom it heard it from.
/// So the list is read from the right, as long as one of ours has written it; what is further
/// left can be anybody's invention.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let is_ours =
        |address: IpAddr| proxies.iter().any(|proxy| proxy.contains(&address));
    let mut address = peer.to_canonical();
    let fields = headers.get_all(X_FORWARDED_FOR).into_iter();
    // A field that is not text is a member that is no address.
    let members = fields.flat_map(|field| field.to_str().unwrap_or("?").split(','));
    let members: Vec<&str> = members.collect();
    let mut from_the_right = members.into_iter().rev();
    while is_ours(address) {
        match from_the_right.next().and_then(|member| read(member.trim())) {
            Some(further) => address = further.to_canonical(),
            None => return address,
        }
    }
    address
}

/// An address, which some proxies write with a port or in brackets.
fn read(member: &str) -> Option<IpAddr> {
    let bare = member
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(member).parse().ok();
    address.or_else(|| member.parse().ok().map(|socket: SocketAddr| socket.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read, for a peer and the fields, with 10.0.0.0/8 and fd00::/8 as our proxies.
    fn of(peer: &str, fields: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(X_FORWARDED_FOR, field.parse().expect("a field"));
        }
        let proxies = ["10.0.0.0/8", "fd00::/8"];
        let proxies = proxies.map(|net| net.parse().expect("a network"));
        let peer = peer.parse().expect("an address");
        client_address(peer, &headers, &proxies).to_string()
    }

    #[test]
    fn a_forged_forwarded_address_is_not_believed() {
        // From a stranger, whatever it says.
        assert_eq!(of("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        // From a stranger through our proxy, which writes the stranger behind it.
        let forged = "198.51.100.7, 192.0.2.1";
        assert_eq!(of("10.0.0.1", &[forged]), "192.0.2.1");
        assert_eq!(of("10.0.0.1", &["198.51.100.7", "192.0.2.1"]), "192.0.2.1");
        // One who says that he is a proxy of ours.
        assert_eq!(of("10.0.0.1", &["10.0.0.9, 192.0.2.1"]), "192.0.2.1");
    }

    #[test]
    fn proxies_of_ours_are_passed_from_the_right() {
        assert_eq!(of("10.0.0.1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(
            of("10.0.0.1", &["192.0.2.1, 10.1.1.1, fd00::1"]),
            "192.0.2.1"
        );
        assert_eq!(of("::ffff:10.0.0.1", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(of("10.0.0.1", &["192.0.2.1:4711"]), "192.0.2.1");
        assert_eq!(of("10.0.0.1", &["[2001:db8::1]:80"]), "2001:db8::1");
        assert_eq!(of("10.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
    }

    #[test]
    fn what_is_no_address_ends_the_list() {
        assert_eq!(of("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(of("10.0.0.1", &["192.0.2.1, unknown"]), "10.0.0.1");
        assert_eq!(
            of("10.0.0.1", &["192.0.2.1, unknown, 10.0.0.2"]),
            "10.0.0.2"
        );
        assert_eq!(of("10.0.0.1", &["192.0.2.1,"]), "10.0.0.1");
    }
}
