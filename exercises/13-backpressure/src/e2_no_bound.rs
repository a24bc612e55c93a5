//! Here is the heart of the server that tokio-tungstenite 0.29.0 has among its examples,
//! `examples/server.rs`: a queue for each peer, and a loop that puts each message into the
//! queues of all the others. It has two bugs.
//!
//! * The queues have **no bound**. Whoever does not read makes the server keep everything
//!   for them, until it has no memory left.
//! * When a peer is gone, and is still in the map, telling it **panics**. In the example that
//!   happens with the map locked, so the lock is poisoned, and from then on each connection
//!   panics.
//!
//! Repair both. The types of the queues are yours to change.
//!
//! * At most `MOST` messages wait for a peer. One that finds no room is not told any more:
//!   it is removed from the peers, and `tell_others` gives back its number, so that its
//!   connection can be closed with 1013. What is in its queue by then still belongs to it.
//! * A peer that is gone is removed, too, and is none of those whose connection is to be
//!   closed.
//! * All the others are told, whatever is the matter with one of them. Nobody waits.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc;

/// The most messages that wait for a peer.
pub const MOST: usize = 16;

/// The other end of a peer's queue: its connection writes what comes out of it.
pub type Queue = mpsc::UnboundedReceiver<Arc<str>>;

/// Everybody who is connected.
#[derive(Default)]
pub struct Peers {
    queues: BTreeMap<u32, mpsc::UnboundedSender<Arc<str>>>,
}

impl Peers {
    /// Takes a new peer in.
    pub fn join(&mut self, who: u32) -> Queue {
        let (sender, queue) = mpsc::unbounded_channel();
        self.queues.insert(who, sender);
        queue
    }

    /// Tells everybody but `from`; who is too slow, and has to go.
    pub fn tell_others(&mut self, from: u32, text: &Arc<str>) -> Vec<u32> {
        for (who, queue) in &self.queues {
            if *who != from {
                queue.send(Arc::clone(text)).unwrap();
            }
        }
        Vec::new()
    }
}
