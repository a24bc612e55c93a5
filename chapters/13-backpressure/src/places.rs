//! How many connections there are, and from where.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpStream;

/// Where a connection over TCP comes from, as [`serve`](crate::serve) asks. One that has no
/// address any more is gone, and may count for anybody.
pub fn address_of(stream: &TcpStream) -> IpAddr {
    let address = stream.peer_addr();
    address.map_or(Ipv4Addr::UNSPECIFIED.into(), |address| address.ip())
}

/// How many connections there are from each address. Only addresses with a connection take
/// up memory, so its size is bounded by the number of connections.
#[derive(Debug)]
pub struct Places {
    most: usize,
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection's place. It is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    address: IpAddr,
}

impl Places {
    /// So many places for each address.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            taken: Mutex::default(),
        })
    }

    /// A place for a connection from this address, if it has one left. The addresses of an
    /// IPv6 network, a /64, have theirs together.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = one_customer(address);
        let mut taken = self.taken();
        let count = taken.get(&address).copied().unwrap_or(0);
        if count >= self.most {
            return None;
        }
        taken.insert(address, count + 1);
        let places = Arc::clone(self);
        Some(Place { places, address })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

/// An IPv6 customer is given 2^64 addresses at least (RFC 6177 §2), and may use as many: what
/// is counted is the network. An IPv4 address in the form of an IPv6 one is what it was.
fn one_customer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(network.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn each_address_has_its_places_and_gets_them_back() {
        let places = Places::new(2);
        let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
        let first = places.take(one);
        assert!(first.is_some());
        let _second = places.take(one).expect("there are two");
        assert!(places.take(one).is_none());
        assert!(places.take(other).is_some(), "another one's");
        drop(first);
        assert!(places.take(one).is_some(), "one is free again");
    }

    #[test]
    fn an_address_without_connections_is_forgotten() {
        let places = Places::new(2);
        drop(places.take(address("192.0.2.1")));
        assert!(places.taken().is_empty());
    }

    #[test]
    fn a_network_of_ipv6_is_one_customer() {
        let places = Places::new(1);
        let _place = places.take(address("2001:db8::1")).expect("the first");
        assert!(places.take(address("2001:db8::ffff:1")).is_none());
        assert!(places.take(address("2001:db8:0:1::1")).is_some());
    }

    #[test]
    fn an_ipv4_address_is_the_same_in_both_forms() {
        let places = Places::new(1);
        let _place = places.take(address("192.0.2.1")).expect("the first");
        assert!(places.take(address("::ffff:192.0.2.1")).is_none());
    }
}
