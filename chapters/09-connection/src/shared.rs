//! What a reader and a writer share: the stream, and the connection on it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};

use bytes::Buf;
use futures_util::task::AtomicWaker;
use messages::Message;
use tokio::io::AsyncWrite;

use crate::connection::Connection;
use crate::event::SendError;
use crate::timer::Timer;

/// How many pieces one write takes at most.
const PIECES: usize = 16;

/// A stream and its connection. The lock is never held across an await.
#[derive(Debug)]
pub(crate) struct Shared<Io> {
    inner: Mutex<Inner<Io>>,
}

/// What the lock guards.
#[derive(Debug)]
pub(crate) struct Inner<Io> {
    pub(crate) io: Io,
    pub(crate) connection: Connection,
    pub(crate) tasks: Tasks,
    /// Whether bytes were written that the stream has not been told to flush.
    unflushed: bool,
    /// Whether a write has failed, or has been given up: bytes are lost.
    pub(crate) broken: bool,
    pub(crate) timer: Timer,
}

/// The tasks that read and write, which may be one or two.
///
/// A stream keeps *one* waker for writing. The reader's task writes too, and if it left its
/// own waker there, the writer's task would sleep for ever, or the other way round. So the
/// stream gets a waker that wakes both.
#[derive(Debug)]
pub(crate) struct Tasks {
    pub(crate) both: Waker,
    wakers: Arc<Wakers>,
    /// Whether the reader waits for the stream.
    pub(crate) reader_waits: bool,
    /// What the writer waits for.
    writer_waits_for: Option<WaitsFor>,
}

#[derive(Debug, Clone, Copy)]
enum WaitsFor {
    /// Room for a message.
    Room,
    /// That everything is written.
    Written,
}

#[derive(Debug, Default)]
struct Wakers {
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.reader.wake();
        self.writer.wake();
    }
}

impl Tasks {
    fn new() -> Self {
        let wakers = Arc::new(Wakers::default());
        Self {
            both: Waker::from(Arc::clone(&wakers)),
            wakers,
            reader_waits: false,
            writer_waits_for: None,
        }
    }

    /// Remembers the reader's task.
    pub(crate) fn reader_is(&self, cx: &Context<'_>) {
        self.wakers.reader.register(cx.waker());
    }

    /// Has the reader's task look again, if it waits.
    pub(crate) fn wake_reader(&mut self) {
        if std::mem::take(&mut self.reader_waits) {
            self.wakers.reader.wake();
        }
    }
}

impl<Io> Shared<Io> {
    pub(crate) fn new(io: Io, connection: Connection) -> Self {
        Self {
            inner: Mutex::new(Inner {
                io,
                connection,
                tasks: Tasks::new(),
                unflushed: false,
                broken: false,
                timer: None,
            }),
        }
    }

    /// A stream that has panicked in one task is for the other to find out about.
    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner<Io>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Io> Inner<Io> {
    /// Has the writer's task look again, if it waits for what is there by now.
    #[inline]
    pub(crate) fn wake_writer(&mut self) {
        if let Some(what) = self.tasks.writer_waits_for {
            self.wake_writer_for(what);
        }
    }

    /// Whether there is something that the stream has not taken, or keeps to itself.
    pub(crate) fn has_unwritten(&mut self) -> bool {
        self.unflushed || self.connection.output().has_remaining()
    }

    #[inline(never)]
    fn wake_writer_for(&mut self, what: WaitsFor) {
        let is_there = match what {
            WaitsFor::Room => self.connection.has_room() || !self.connection.is_open(),
            WaitsFor::Written => self.broken || !self.has_unwritten(),
        };
        if is_there {
            self.tasks.writer_waits_for = None;
            self.tasks.wakers.writer.wake();
        }
    }
}

impl<Io: AsyncWrite + Unpin> Inner<Io> {
    /// Writes what there is to write, and flushes the stream.
    pub(crate) fn poll_flush(&mut self) -> Poll<io::Result<()>> {
        if self.broken {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let flushed = ready!(self.poll_write_all());
        self.broken = flushed.is_err();
        if self.broken {
            self.connection.abandon_output();
        }
        Poll::Ready(flushed)
    }

    fn poll_write_all(&mut self) -> Poll<io::Result<()>> {
        let cx = &mut Context::from_waker(&self.tasks.both);
        let output = self.connection.output();
        while output.has_remaining() {
            let io = Pin::new(&mut self.io);
            let mut pieces = [IoSlice::new(&[]); PIECES];
            let count = match io.is_write_vectored() {
                true => output.chunks_vectored(&mut pieces),
                false => 0,
            };
            let written = match &pieces[..count] {
                [] | [_] => ready!(io.poll_write(cx, output.chunk()))?,
                pieces => ready!(io.poll_write_vectored(cx, pieces))?,
            };
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            output.advance(written);
            self.unflushed = true;
        }
        if self.unflushed {
            ready!(Pin::new(&mut self.io).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// For the writer: sends a message. A large one that is lent is written from where it
    /// lies, as far as the stream takes it at once, and only the rest is copied.
    #[inline]
    pub(crate) fn send(&mut self, message: Message<'_>) -> Result<(), SendError> {
        match self.connection.begin(message)? {
            None => Ok(()),
            Some(payload) => self.write_through(payload),
        }
    }

    /// Writes what waits and a payload behind it, once.
    #[inline(never)]
    fn write_through(&mut self, payload: &[u8]) -> Result<(), SendError> {
        let cx = &mut Context::from_waker(&self.tasks.both);
        let output = self.connection.output();
        let waiting = output.remaining();
        let mut pieces = [IoSlice::new(&[]); PIECES];
        let count = output.chunks_vectored(&mut pieces[..PIECES - 1]);
        pieces[count] = IoSlice::new(payload);
        let io = Pin::new(&mut self.io);
        let all = pieces.iter().map(|piece| piece.len()).sum::<usize>();
        let written = if io.is_write_vectored() && all == waiting + payload.len() {
            io.poll_write_vectored(cx, &pieces)
        } else {
            Poll::Pending
        };
        let written = match written {
            Poll::Pending => 0,
            Poll::Ready(Ok(written)) => written,
            Poll::Ready(Err(_)) => {
                self.broken = true;
                self.connection.abandon_output();
                self.tasks.wake_reader();
                return Err(SendError::Closed);
            }
        };
        output.advance(written.min(waiting));
        self.unflushed |= written > 0;
        let rest = &payload[written.saturating_sub(waiting)..];
        if !rest.is_empty() {
            output.put_bytes(rest);
        }
        Ok(())
    }

    /// For the writer: whether there is room for a message. It writes if there is none.
    #[inline]
    pub(crate) fn poll_room(
        &mut self,
        cx: &Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        let connection = &self.connection;
        if connection.has_room() && connection.is_open() && !self.broken {
            return Poll::Ready(Ok(()));
        }
        self.poll_for_room(cx)
    }

    #[inline(never)]
    fn poll_for_room(&mut self, cx: &Context<'_>) -> Poll<Result<(), SendError>> {
        while !self.connection.has_room() && self.connection.is_open() {
            self.tasks.wakers.writer.register(cx.waker());
            // Whether it fails is found out below, and told by the reader. If the reader's
            // task is this one, nobody else looks at the deadline.
            if self.poll_flush().is_ready() || self.poll_deadline().is_pending() {
                break;
            }
        }
        if self.broken || !self.connection.is_open() {
            self.tasks.wake_reader();
            return Poll::Ready(Err(SendError::Closed));
        }
        if self.connection.has_room() {
            return Poll::Ready(Ok(()));
        }
        self.tasks.writer_waits_for = Some(WaitsFor::Room);
        Poll::Pending
    }

    /// For the writer: writes everything.
    pub(crate) fn poll_flush_writer(
        &mut self,
        cx: &Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        self.tasks.wakers.writer.register(cx.waker());
        self.tasks.writer_waits_for = Some(WaitsFor::Written);
        let flushed = loop {
            match self.poll_flush() {
                Poll::Ready(flushed) => break flushed,
                Poll::Pending => ready!(self.poll_deadline()),
            }
        };
        self.tasks.writer_waits_for = None;
        Poll::Ready(flushed.map_err(|_| {
            self.tasks.wake_reader();
            SendError::Closed
        }))
    }
}
