//! A mailbox that both ends wait at.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::mailbox::{BadCursor, Mailbox};

/// A mailbox, and the bell that is rung whenever something in it has changed.
#[derive(Debug)]
pub(super) struct Shared {
    mailbox: Mutex<Mailbox>,
    changed: Notify,
}

impl Shared {
    pub(super) fn new(mailbox: Mailbox) -> Arc<Self> {
        Arc::new(Self {
            mailbox: Mutex::new(mailbox),
            changed: Notify::new(),
        })
    }

    fn mailbox(&self) -> MutexGuard<'_, Mailbox> {
        self.mailbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the mailbox, and wakes whoever waits.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Mailbox) -> T) -> T {
        let changed = change(&mut self.mailbox());
        self.changed.notify_waiters();
        changed
    }

    /// Waits until `look` finds something, which may change it.
    ///
    /// # Cancel safety
    ///
    /// Safe: what is found is given at once.
    pub(super) async fn until<T>(
        &self,
        mut look: impl FnMut(&mut Mailbox) -> Option<T>,
    ) -> T {
        loop {
            // In chapter 3's order: whoever looks first may miss the bell.
            let changed = self.changed.notified();
            let found = look(&mut self.mailbox());
            if let Some(found) = found {
                self.changed.notify_waiters();
                return found;
            }
            changed.await;
        }
    }

    /// Waits until the client has been away for too long, or the line is over. Then it is.
    pub(super) async fn is_left(&self, absence: Duration) {
        loop {
            let changed = self.changed.notified();
            let (absent_since, is_over) = {
                let mailbox = self.mailbox();
                (mailbox.absent_since(), mailbox.is_over())
            };
            let gone = async {
                match absent_since {
                    _ if is_over => {}
                    Some(since) => sleep_until(since + absence).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = changed => {}
                () = gone => return self.change(Mailbox::lose),
            }
        }
    }
}

/// One `GET`, for as long as it lasts.
#[derive(Debug)]
pub(super) struct Fetch {
    pub(super) shared: Arc<Shared>,
    pub(super) number: u64,
    /// The number of the last message that it has been given.
    pub(super) cursor: u64,
}

impl Fetch {
    /// Goes on after `cursor`, and acknowledges what is up to there.
    pub(super) fn begin(shared: Arc<Shared>, cursor: u64) -> Result<Self, BadCursor> {
        let number = shared.change(|mailbox| mailbox.begin_fetch(cursor))?;
        Ok(Self {
            shared,
            number,
            cursor,
        })
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        let now = Instant::now();
        self.shared
            .change(|mailbox| mailbox.end_fetch(self.number, now));
    }
}
