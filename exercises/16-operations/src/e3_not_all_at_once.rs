//! A server that restarts closes its connections, and each of those clients comes back. If all
//! ten thousand are closed at once, the next server has ten thousand handshakes at once. So
//! they are closed evenly over ten seconds, while others leave by themselves, as people do.
//!
//! Write `due`, which is asked again and again: how many of those that are still open are to be
//! closed now?
//!
//! * When a part of the time has passed, that part of the connections is gone: of `at_start`,
//!   no more than the rest is open still. Where that is no whole number, it is rounded up:
//!   nobody is closed before their time.
//! * Who has left by themselves is gone, too. If enough have left, nobody is closed.
//! * When the time is over, all are closed; and at once if there is no time at all.
//!
//! Reckon in whole numbers: connections times nanoseconds fit into a `u128`.

use std::time::Duration;

/// How many of the `open` connections are to be closed, `elapsed` after a drain has begun that
/// takes as long as `over`.
pub fn due(at_start: usize, open: usize, elapsed: Duration, over: Duration) -> usize {
    todo!("how many may be open still, and how many are?")
}
