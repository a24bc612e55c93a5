//! A connection, and whether it was worth opening.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use connection::Closed;
use history::{ClientLine, Exchanged, Socket};

use super::carried::Carried;

/// A connection over any transport.
pub struct Way<Io> {
    line: Box<AnyLine<Io>>,
    /// Where the next attempt begins.
    first: Arc<AtomicUsize>,
    /// The place of this transport, and of the one after it.
    place: usize,
    next: usize,
    has_heard: bool,
}

pub(super) enum AnyLine<Io> {
    Socket(Socket<Io>),
    Carried(Carried),
}

impl<Io> Way<Io> {
    pub(super) fn new(
        line: AnyLine<Io>,
        first: Arc<AtomicUsize>,
        place: usize,
        next: usize,
    ) -> Self {
        Self {
            line: Box::new(line),
            first,
            place,
            next,
            has_heard: false,
        }
    }

    /// Where something has come, more will come another time. Something on the way may also
    /// let a connection be opened, and nothing through it: then another way is better.
    fn judge(&mut self, exchanged: &Exchanged) {
        let better = match exchanged {
            Exchanged::Sent => return,
            Exchanged::Heard(_) if self.has_heard => return,
            Exchanged::Heard(_) => self.place,
            // The server's own Close has come through.
            Exchanged::Over(_) if self.has_heard || self.line.is_closed() => return,
            Exchanged::Over(_) => self.next,
        };
        self.has_heard = true;
        self.first.store(better, Ordering::Relaxed);
    }
}

impl<Io> AnyLine<Io> {
    /// Whether the server has closed it.
    fn is_closed(&self) -> bool {
        match self {
            Self::Socket(socket) => matches!(socket.end(), Some(Closed::Agreed(_))),
            Self::Carried(_) => false,
        }
    }
}

impl<Io> ClientLine for Way<Io>
where
    Socket<Io>: ClientLine,
    Io: Send + 'static,
{
    async fn exchange(&mut self, text: Option<String>) -> Exchanged {
        let exchanged = match &mut *self.line {
            AnyLine::Socket(socket) => socket.exchange(text).await,
            AnyLine::Carried(carried) => carried.exchange(text).await,
        };
        self.judge(&exchanged);
        exchanged
    }
}

impl<Io> fmt::Debug for Way<Io> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Way")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}
