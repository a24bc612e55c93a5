//! How a server ends that people are connected to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

/// How a drain is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Over how long the goodbyes are spread. Each of those who are told comes back at once,
    /// or nearly so, and all of them at the same moment are more than a server can greet.
    pub over: Duration,
    /// How long conversations may take to end after that. What has not ended then is cut
    /// off.
    pub grace: Duration,
}

impl Default for Plan {
    /// 10 s, and 10 s more.
    fn default() -> Self {
        let [over, grace] = [Duration::from_secs(10); 2];
        Self { over, grace }
    }
}

impl Plan {
    /// When the `number`th of `count` goodbyes is said, counted from 0: after the drain has
    /// begun.
    fn goodbye(&self, number: usize, count: usize) -> Duration {
        let share = number as f64 / count.max(1) as f64;
        self.over.mul_f64(share)
    }
}

/// What came of a drain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// How many conversations there were when it began.
    pub open: usize,
    /// How many had not ended when the time was over.
    pub left: usize,
}

/// Which conversations there are, and whether they are to end. A clone is another handle on
/// the same.
#[derive(Debug, Clone)]
pub struct Drain {
    plan: Plan,
    state: Arc<Mutex<State>>,
    /// How many conversations there are, those included that have been told.
    held: Arc<watch::Sender<usize>>,
}

#[derive(Debug, Default)]
struct State {
    phase: Phase,
    /// The number of the next conversation.
    next: u64,
    /// Those that have not been told to end, in the order in which they came. There are no
    /// more of them than connections.
    untold: BTreeMap<u64, oneshot::Sender<()>>,
}

#[derive(Debug, Default, Clone, Copy)]
enum Phase {
    #[default]
    Serving,
    Draining {
        /// When the server will be gone at the latest.
        end: Instant,
    },
}

/// One conversation, for as long as it lasts.
#[derive(Debug)]
pub struct Held {
    drain: Drain,
    number: u64,
}

/// How a conversation is told to end.
#[derive(Debug)]
pub struct Goodbye(oneshot::Receiver<()>);

impl Drain {
    /// Of a server that has not begun to end.
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            state: Arc::default(),
            held: Arc::default(),
        }
    }

    /// Notes a conversation. While the server drains it is told to end at once: it is one
    /// that was let in a moment too early.
    pub fn hold(&self) -> (Held, Goodbye) {
        let (told, goodbye) = oneshot::channel();
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        match state.phase {
            Phase::Serving => drop(state.untold.insert(number, told)),
            Phase::Draining { .. } => drop(told),
        }
        self.held.send_modify(|held| *held += 1);
        drop(state);
        let drain = self.clone();
        (Held { drain, number }, Goodbye(goodbye))
    }

    /// How many conversations there are.
    pub fn conversations(&self) -> usize {
        *self.held.borrow()
    }

    /// How long a client is to wait that is not let in any more; `None` while everybody is.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.state().phase {
            Phase::Serving => None,
            Phase::Draining { end } => {
                Some(end.saturating_duration_since(Instant::now()))
            }
        }
    }

    /// Begins the drain, and tells one conversation after the other to end. When this
    /// returns, none is left, or the time of the [`Plan`] is over.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped the drain has begun, and whoever has not been told is not told.
    /// To begin it a second time tells those.
    pub async fn run(&self) -> Drained {
        let begun = Instant::now();
        let end = begun + self.plan.over + self.plan.grace;
        let leaving = self.begin(end);
        let open = self.conversations();
        let goodbyes = async {
            for (number, conversation) in leaving.iter().enumerate() {
                sleep_until(begun + self.plan.goodbye(number, leaving.len())).await;
                self.state().untold.remove(conversation);
            }
            std::future::pending::<()>().await;
        };
        let mut held = self.held.subscribe();
        let nobody = held.wait_for(|held| *held == 0);
        let all_gone = async {
            tokio::select! {
                () = goodbyes => {}
                _ = nobody => {}
            }
        };
        let in_time = timeout_at(end, all_gone).await.is_ok();
        let left = if in_time { 0 } else { self.conversations() };
        Drained { open, left }
    }

    /// From now on nobody is let in. Gives those who are to be told.
    fn begin(&self, end: Instant) -> Vec<u64> {
        let mut state = self.state();
        state.phase = Phase::Draining { end };
        state.untold.keys().copied().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// The number of this conversation: the first is 0.
    pub fn number(&self) -> u64 {
        self.number
    }
}

impl Goodbye {
    /// Waits until the conversation is told to end.
    ///
    /// # Cancel safety
    ///
    /// There is no other goodbye: who drops it is not told.
    pub async fn heard(self) {
        // Nothing is ever sent: to be forgotten is to be told.
        let _forgotten = self.0.await;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.drain.state().untold.remove(&self.number);
        self.drain.held.send_modify(|held| *held -= 1);
    }
}

#[cfg(test)]
mod tests;
