//! The half that receives.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, MutexGuard};
use std::task::{Context, Poll, ready};

use frames::Role;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::connection::Connection;
use crate::event::Event;
use crate::input::Input;
use crate::shared::{Inner, Shared};

/// The half of a WebSocket that receives, and does all that has to be done meanwhile: it
/// writes what was sent, answers pings, keeps the deadlines, and closes.
#[derive(Debug)]
pub struct Reader<Io> {
    shared: Arc<Shared<Io>>,
    state: Reading,
}

/// How often it reads before it looks at what else there is to do: a peer that always has
/// more to say keeps it from nothing.
const TURNS: usize = 128;

/// What belongs to the reader alone.
#[derive(Debug)]
struct Reading {
    input: Input,
    /// How often it has read since it wrote.
    turns: usize,
    /// Whether our side of the stream is ended.
    shut: bool,
    over: bool,
}

/// What a poll finds. Nothing of it is borrowed: see [`Connection::advance`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Event,
    Closed,
    Over,
}

impl<Io> Reader<Io> {
    pub(crate) fn new(shared: Arc<Shared<Io>>, rest: Vec<u8>) -> Self {
        Self {
            shared,
            state: Reading {
                input: Input::new(rest),
                turns: 0,
                shut: false,
                over: false,
            },
        }
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Reader<Io> {
    /// The next event, which may borrow from the buffer that it was read into. The last one
    /// is [`Event::Closed`]: by then our own Close is written, unless the stream has failed
    /// or the peer has taken too long to read it. After it there is `None`, once both sides
    /// of the stream are ended, or the peer has taken too long for that.
    ///
    /// It always comes to an end where [`Config`](crate::Config) has a deadline: after a
    /// Close in either direction, and with `keepalive` for a peer that is silent. Without,
    /// an open connection waits as long as TCP does.
    ///
    /// # Cancel safety
    ///
    /// Safe: no byte and no event is lost when it is dropped. What is sent meanwhile is
    /// written when it is called again.
    pub async fn read(&mut self) -> Option<Event<'_>> {
        let Self { shared, state } = self;
        // The lock is kept from the poll to here, and given back before anything is awaited.
        let (next, inner) = poll_fn(|cx| {
            let mut inner = shared.lock();
            let next = ready!(state.poll_next(&mut inner, cx));
            Poll::Ready((next, inner))
        })
        .await;
        let event = event(next, inner, &mut state.input);
        if event.is_some() || next != Next::Event {
            return event;
        }
        poll_fn(|cx| {
            let inner = &mut *shared.lock();
            let said = poll_last_words(inner, cx);
            inner.wake_writer();
            said
        })
        .await;
        shared.lock().connection.take_closed().map(Event::Closed)
    }
}

/// Without a reader nothing is written any more, but by a flush: whoever would send has to
/// be told.
impl<Io> Drop for Reader<Io> {
    fn drop(&mut self) {
        let inner = &mut *self.shared.lock();
        inner.connection.end_of_input();
        inner.wake_writer();
    }
}

impl Reading {
    fn poll_next<Io: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        inner: &mut Inner<Io>,
        cx: &mut Context<'_>,
    ) -> Poll<Next> {
        if self.over {
            return Poll::Ready(Next::Over);
        }
        inner.tasks.reader_waits = false;
        let next = self.poll_input(inner, cx);
        inner.tasks.reader_waits = next.is_pending();
        inner.wake_writer();
        next
    }

    fn poll_input<Io: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        inner: &mut Inner<Io>,
        cx: &mut Context<'_>,
    ) -> Poll<Next> {
        loop {
            if inner.connection.has_ended() {
                if inner.connection.has_news() {
                    // Whoever listens no longer than to this event has said goodbye.
                    ready!(poll_last_words(inner, cx));
                    return Poll::Ready(Next::Closed);
                }
                ready!(self.poll_end(inner, cx));
                self.over = true;
                return Poll::Ready(Next::Over);
            }
            if self.has_read_enough(&inner.connection) {
                // Whether there is room or not, it goes on.
                let _ = self.poll_writing(inner, cx);
                continue;
            }
            if !self.input.is_empty() {
                self.turns += 1;
                let mut rest = self.input.unread();
                let last = inner.connection.advance(&mut rest);
                let left = rest.len();
                self.input.take(left, last.unwrap_or(0));
                if last.is_some() {
                    return Poll::Ready(Next::Event);
                }
                continue;
            }
            match self.input.poll_fill(&mut inner.io, cx) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(Ok(0) | Err(_)) => inner.connection.end_of_input(),
                Poll::Pending => ready!(self.poll_writing(inner, cx)),
            }
        }
    }

    /// Whether it is time to write although there is more to read: at the latest after a
    /// number of turns, and after each when the next thing to say is goodbye.
    #[inline]
    fn has_read_enough(&self, connection: &Connection) -> bool {
        self.turns >= TURNS || (self.turns > 0 && !connection.is_open())
    }

    /// Writes, and looks at the deadline, as a rule since there is nothing to read. Ready
    /// when something happened.
    fn poll_writing<Io: AsyncWrite + Unpin>(
        &mut self,
        inner: &mut Inner<Io>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        self.turns = 0;
        inner.tasks.reader_is(cx);
        if let Poll::Ready(Err(_)) = inner.poll_flush() {
            inner.connection.end_of_input();
            return Poll::Ready(());
        }
        inner.poll_deadline()
    }

    /// Writes what is left, and ends the stream. When it fails or takes too long, that was
    /// the end of it too.
    fn poll_end<Io: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        inner: &mut Inner<Io>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        inner.tasks.reader_is(cx);
        match self.poll_close(inner, cx) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => inner.poll_deadline(),
        }
    }

    fn poll_close<Io: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        inner: &mut Inner<Io>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if ready!(inner.poll_flush()).is_err() {
            return Poll::Ready(());
        }
        // §7.1.1: the server ends the TCP connection, the client waits for that.
        if inner.connection.role() == Role::Server {
            ready!(self.poll_shut(inner, cx));
        }
        // Bytes that come and are not read would make the kernel send RST, and that can
        // destroy the Close on its way (RFC 9112 §9.6).
        for _ in 0..TURNS {
            let Ok(1..) = ready!(self.input.poll_fill(&mut inner.io, cx)) else {
                return self.poll_shut(inner, cx);
            };
        }
        // There may be no end of it. Others have their turn, and the deadline is looked at.
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_shut<Io: AsyncWrite + Unpin>(
        &mut self,
        inner: &mut Inner<Io>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if !self.shut {
            // A stream that cannot be ended has ended.
            let _ = ready!(Pin::new(&mut inner.io).poll_shutdown(cx));
            self.shut = true;
        }
        Poll::Ready(())
    }
}

/// The event that was found, unless it is the end, which a byte has brought about.
fn event<'a, Io>(
    next: Next,
    mut inner: MutexGuard<'_, Inner<Io>>,
    input: &'a mut Input,
) -> Option<Event<'a>> {
    match next {
        Next::Event => inner.connection.complete(input.taken()),
        Next::Closed => inner.connection.take_closed().map(Event::Closed),
        Next::Over => None,
    }
}

/// Writes what is left at the end: as a rule, our Close. When that fails or takes too long,
/// it stays unwritten.
fn poll_last_words<Io: AsyncWrite + Unpin>(
    inner: &mut Inner<Io>,
    cx: &mut Context<'_>,
) -> Poll<()> {
    inner.tasks.reader_is(cx);
    match inner.poll_flush() {
        Poll::Ready(_) => Poll::Ready(()),
        Poll::Pending => inner.poll_deadline(),
    }
}
