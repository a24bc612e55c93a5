//! Chapter 13 counts connections by address. Behind a proxy they all have the proxy's, and who
//! has sent a request stands in `X-Forwarded-For`: each proxy writes the address of its own
//! peer at the *end* of what is there. What was there when the request came to the first proxy
//! is what a stranger has sent, and may be anything.
//!
//! Write `client`: the address that a request is counted for. `peer` is the other end of the
//! connection, `proxies` are the networks in which our own proxies are, and `lines` are the
//! values of all the `X-Forwarded-For` of the request, in their order. Several lines are one
//! list (RFC 9110, section 5.3).
//!
//! * A proxy of ours is believed what it has written; nobody else is. So begin with the peer,
//!   and as long as who you have is one of our proxies, go one further to the left.
//! * The first that is none of our proxies is the client, whatever stands to the left of it.
//! * Where nothing more stands, or no address (`unknown`, an empty member), it is the last one
//!   that you had.
//! * Some proxies write the port along: `203.0.113.7:4711`, `[2001:db8::7]:4711`. It does not
//!   count. An address may also stand in brackets without a port, and has blanks around it.
//! * `::ffff:203.0.113.7` is `203.0.113.7`, wherever it stands: an IPv4 address as a socket
//!   for IPv6 sees it.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// The address that a request is counted for.
pub fn client(peer: IpAddr, proxies: &[IpNet], lines: &[&str]) -> IpAddr {
    todo!("begin with the peer, and go to the left as long as it is one of the proxies")
}
