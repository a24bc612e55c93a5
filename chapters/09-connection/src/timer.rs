//! The deadline of a connection, in real time.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Instant, Sleep, sleep_until};

use crate::shared::Inner;

/// Made when it is first needed: most connections never wait for a deadline.
pub(crate) type Timer = Option<Pin<Box<Sleep>>>;

impl<Io> Inner<Io> {
    /// Waits for the deadline, if there is one, and does what is due then. Whoever waits for
    /// the stream waits for this too, reader or writer: it wakes both, as the stream does.
    pub(crate) fn poll_deadline(&mut self) -> Poll<()> {
        if !self.connection.watches_the_time() {
            return Poll::Pending;
        }
        let now = Instant::now();
        let deadline = self.connection.deadline(now.into_std());
        let Some(deadline) = deadline.map(Instant::from_std) else {
            return Poll::Pending;
        };
        // The clock says whether it has passed. The timer only wakes: it waits, too, when
        // the task has used up its share of the processor by reading.
        if now < deadline {
            let timer = &mut self.timer;
            let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if timer.deadline() != deadline {
                timer.as_mut().reset(deadline);
            }
            let cx = &mut Context::from_waker(&self.tasks.both);
            ready!(timer.as_mut().poll(cx));
        }
        self.tick(Instant::now());
        Poll::Ready(())
    }

    /// Does what is due.
    fn tick(&mut self, now: Instant) {
        let waits = self.has_unwritten();
        let given_up = self.connection.tick_gives_up(now.into_std());
        // A flush must not say that they were written.
        self.broken |= waits && given_up;
    }
}
