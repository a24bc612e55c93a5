//! A conversation's end of a line.

use std::sync::Arc;
use std::time::Duration;

use history::{Gone, Line, Told};

use super::mailbox::Mailbox;
use super::shared::Shared;
use super::table::Entry;

/// A line that is made of requests, as a conversation has it. When it is dropped, the line
/// is over.
#[derive(Debug)]
pub struct RequestLine {
    shared: Arc<Shared>,
    absence: Duration,
    /// Others find it by its name as long as this is there.
    _entry: Entry,
}

impl RequestLine {
    pub(super) fn new(shared: Arc<Shared>, absence: Duration, entry: Entry) -> Self {
        Self {
            shared,
            absence,
            _entry: entry,
        }
    }

    /// Waits for something, as long as there is a client.
    async fn unless_left<T>(
        &self,
        mut look: impl FnMut(&mut Mailbox) -> Option<T> + Send,
    ) -> T {
        let Self {
            shared, absence, ..
        } = self;
        tokio::select! {
            biased;
            found = shared.until(&mut look) => return found,
            () = shared.is_left(*absence) => {}
        }
        // It is over now, which is something to be found.
        shared.until(look).await
    }
}

impl Line for RequestLine {
    async fn hear(&mut self) -> Option<String> {
        self.unless_left(Mailbox::hear).await
    }

    async fn tell(&mut self, told: &Told) -> Result<(), Gone> {
        self.unless_left(|mailbox| mailbox.tell(told)).await
    }

    fn close(&mut self, code: u16, reason: &str) {
        self.shared.change(|mailbox| mailbox.close(code, reason));
    }

    /// Until a `GET` has been answered with how it was closed, or none comes.
    async fn end(&mut self) {
        self.unless_left(|mailbox| mailbox.is_over().then_some(()))
            .await;
    }
}

impl Drop for RequestLine {
    fn drop(&mut self) {
        self.shared.change(Mailbox::lose);
    }
}
