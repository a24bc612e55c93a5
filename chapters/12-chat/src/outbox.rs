//! What waits to be sent to one connection.

use axum::extract::ws::Utf8Bytes;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The most messages that wait for one connection.
pub(crate) const CAPACITY: usize = 256;

/// Where messages for one connection are put. It holds [`CAPACITY`] of them. The one that
/// finds it full is lost, and so are all that follow: the connection must end, since its
/// reader would miss something without knowing.
#[derive(Debug, Clone)]
pub(crate) struct Outbox {
    queue: mpsc::Sender<Utf8Bytes>,
    overflowed: CancellationToken,
}

impl Outbox {
    /// The outbox, and its other end.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Utf8Bytes>) {
        let (queue, other_end) = mpsc::channel(CAPACITY);
        let overflowed = CancellationToken::new();
        (Self { queue, overflowed }, other_end)
    }

    /// Puts a message into it, and never waits.
    pub(crate) fn put(&self, message: Utf8Bytes) {
        if self.overflowed.is_cancelled() {
            return;
        }
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(message) {
            self.overflowed.cancel();
        }
    }

    /// Whether it is half full, and whoever fills it had better wait a moment.
    pub(crate) fn is_filling(&self) -> bool {
        self.queue.capacity() <= CAPACITY / 2
    }

    /// Waits until it is full to overflowing.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub(crate) async fn overflowed(&self) {
        self.overflowed.cancelled().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_behind_a_lost_message_is_lost_too() {
        let (outbox, mut other_end) = Outbox::new();
        for number in 0..=CAPACITY {
            outbox.put(number.to_string().into());
        }
        // There is room again, and nothing behind the gap may take it.
        assert_eq!(other_end.try_recv().as_deref(), Ok("0"));
        outbox.put("behind the gap".into());
        let rest = std::iter::from_fn(|| other_end.try_recv().ok());
        let rest: Vec<String> = rest.map(|text| text.to_string()).collect();
        assert_eq!(
            rest,
            (1..CAPACITY).map(|n| n.to_string()).collect::<Vec<_>>()
        );
    }
}
