//! The client: chapter 2's own, with other numbers.

use std::time::Duration;

use raw_http::Client;
use short_polling::{Pace, Poller, Variant};
use wiretap::Dial;

/// From the beginning of one poll to the beginning of the next there is at least this
/// time. A server that holds its answers never notices. One that does not, for whatever
/// reason, is asked twenty times a second and not as fast as the client can.
pub const PAUSE: Duration = Duration::from_millis(50);

/// How long the client waits for an answer. Longer than the server holds one (30 s), and
/// by more than a slow network takes: otherwise the client gives up while the answer is
/// on its way, and every quiet half minute looks like a failure (RFC 6202 §5.5).
pub const PATIENCE: Duration = Duration::from_secs(45);

/// A poller that asks again as soon as it has been answered, from its cursor.
///
/// What [`Poller`] promises holds here too: every event is told once, in order; after a
/// failure it goes on from the same cursor, after a wait that doubles; its `next` is
/// cancel safe. Whether it keeps its connection is the [`Client`]'s choice. The `seed` is
/// for the waits after failures: two clients that start together need different ones.
pub fn long_poller<D: Dial>(client: Client<D>, seed: u64) -> Poller<D> {
    let pace = Pace::new(PAUSE, 0.0, seed);
    Poller::new(client, Variant::Cursor, pace).timeout(PATIENCE)
}
