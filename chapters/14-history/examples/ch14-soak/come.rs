//! How those come who behave: over WebSockets, and under the name that they say.

use std::net::SocketAddr;

use chat::protocol::Name;
use history::Client;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Args;
use crate::crowd::Crowd;
use crate::cutting::Cutting;
use crate::people::{Person, options, room};

/// So many of them as there are to be.
pub(crate) fn come(
    args: &Args,
    seed: u64,
    until: Instant,
    address: &watch::Receiver<SocketAddr>,
) -> Crowd {
    let mut crowd = Crowd::new();
    for number in 0..args.clients {
        let dialer = Cutting::new(address.clone(), seed ^ (number as u64) << 32);
        let who = format!("person {number}");
        let url = "ws://soak.test/chat".parse().expect("a URL");
        let name = Name::new(&who).expect("a name");
        let client = Client::new(dialer, url, name, options(seed ^ number as u64));
        let seed = seed.wrapping_add(number as u64);
        let room = room(number % args.rooms);
        let person = Person::new(client, who, room, seed, args.pause);
        crowd.add(|place| person.live(until, place));
    }
    crowd
}
