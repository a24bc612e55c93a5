//! Queues with a bound, and peers that may be gone.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// The most messages that wait for a peer.
pub const MOST: usize = 16;

/// The other end of a peer's queue: its connection writes what comes out of it.
pub type Queue = mpsc::Receiver<Arc<str>>;

/// Everybody who is connected.
#[derive(Default)]
pub struct Peers {
    queues: BTreeMap<u32, mpsc::Sender<Arc<str>>>,
}

impl Peers {
    /// Takes a new peer in.
    pub fn join(&mut self, who: u32) -> Queue {
        let (sender, queue) = mpsc::channel(MOST);
        self.queues.insert(who, sender);
        queue
    }

    /// Tells everybody but `from`; who is too slow, and has to go.
    pub fn tell_others(&mut self, from: u32, text: &Arc<str>) -> Vec<u32> {
        let mut slow = Vec::new();
        self.queues.retain(|who, queue| {
            if *who == from {
                return true;
            }
            match queue.try_send(Arc::clone(text)) {
                Ok(()) => true,
                Err(TrySendError::Full(_)) => {
                    slow.push(*who);
                    false
                }
                Err(TrySendError::Closed(_)) => false,
            }
        });
        slow
    }
}
