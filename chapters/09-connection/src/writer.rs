//! The half that sends.

use std::future::poll_fn;
use std::sync::{Arc, MutexGuard, Weak};
use std::task::{Poll, ready};

use bytes::Bytes;
use messages::Message;
use tokio::io::AsyncWrite;

use crate::close::CloseCode;
use crate::connection::Connection;
use crate::event::SendError;
use crate::shared::{Inner, Shared};

/// The half of a WebSocket that sends.
///
/// What is sent is put in a queue, and written by the [`Reader`](crate::Reader) at the
/// moment when it would have to wait for more: the answers to all that came at once leave
/// in one write. So somebody has to read, as somebody has to in any case, for pings and for
/// the end; and whoever does something long between `send` and the next `read` calls
/// [`flush`](Self::flush) before.
///
/// The queue is bounded by [`Config::max_output`](crate::Config::max_output). When it is
/// full, its sender waits until the peer has taken something.
///
/// When the reader is dropped, nothing can be sent any more. What is in the queue by then
/// leaves with a `flush`.
#[derive(Debug)]
pub struct Writer<Io> {
    pub(crate) shared: Arc<Shared<Io>>,
}

impl<Io: AsyncWrite + Unpin> Writer<Io> {
    /// Sends a message: waits for room in the queue, and puts it there.
    ///
    /// # Errors
    ///
    /// When the connection is closing or lost. The reader tells how.
    ///
    /// # Cancel safety
    ///
    /// Safe: if it is dropped, nothing is sent of the message, or all of it is.
    pub async fn send(&mut self, message: Message<'_>) -> Result<(), SendError> {
        let mut inner = self.room().await?;
        inner.tasks.wake_reader();
        inner.send(message)
    }

    /// As [`send`](Self::send), but does not see to it that the message leaves: call
    /// [`flush`](Self::flush) after the last one of several.
    ///
    /// # Errors
    ///
    /// As `send`.
    ///
    /// # Cancel safety
    ///
    /// Safe, as `send`.
    pub async fn feed(&mut self, message: Message<'_>) -> Result<(), SendError> {
        self.room().await?.send(message)
    }

    /// As [`feed`](Self::feed), with a frame that was made for many:
    /// [`send_encoded`](crate::Connection::send_encoded).
    ///
    /// # Errors
    ///
    /// As `send`.
    ///
    /// # Panics
    ///
    /// For a client.
    ///
    /// # Cancel safety
    ///
    /// Safe, as `send`.
    pub async fn feed_encoded(&mut self, frame: &Bytes) -> Result<(), SendError> {
        self.room().await?.connection.send_encoded(frame)
    }

    /// As [`feed_encoded`](Self::feed_encoded), with what a queue elsewhere has: waits for
    /// room, and then has `fill` feed frames while there is room; what that gives.
    ///
    /// Nothing is taken from the queue before there is room for it. So the queue is where
    /// frames wait for a slow peer, and where it is decided what becomes of them.
    ///
    /// # Errors
    ///
    /// As `send`. Then nothing is taken.
    ///
    /// # Cancel safety
    ///
    /// Safe: `fill` has not been called, or all that it has fed is in the queue here.
    pub async fn feed_from<T>(
        &mut self,
        fill: impl FnOnce(&mut Feed<'_>) -> T,
    ) -> Result<T, SendError> {
        let mut inner = self.room().await?;
        let connection = &mut inner.connection;
        Ok(fill(&mut Feed { connection }))
    }

    /// Sends a ping with at most 125 bytes.
    ///
    /// # Errors
    ///
    /// When it has more, or as `send`.
    ///
    /// # Cancel safety
    ///
    /// Safe, as `send`.
    pub async fn ping(&mut self, payload: &[u8]) -> Result<(), SendError> {
        let mut inner = self.room().await?;
        inner.tasks.wake_reader();
        inner.connection.ping(payload)
    }

    /// Writes everything that is in the queue.
    ///
    /// # Errors
    ///
    /// When the stream fails. The reader tells of it too.
    ///
    /// # Cancel safety
    ///
    /// Safe: what is not written stays in the queue, and no byte is written twice.
    pub async fn flush(&mut self) -> Result<(), SendError> {
        poll_fn(|cx| self.shared.lock().poll_flush_writer(cx)).await
    }

    /// Waits for room, and gives the connection with its lock: nothing may be awaited
    /// before it is given back.
    fn room(
        &self,
    ) -> impl Future<Output = Result<MutexGuard<'_, Inner<Io>>, SendError>> {
        poll_fn(|cx| {
            let mut inner = self.shared.lock();
            ready!(inner.poll_room(cx))?;
            Poll::Ready(Ok(inner))
        })
    }
}

impl<Io> Writer<Io> {
    /// Sends a Close frame, without waiting for room: it is the last that is sent. The
    /// reader goes on until the peer's has come, and has to be read to its end.
    ///
    /// # Errors
    ///
    /// When the reason has more than [`MAX_REASON`](crate::MAX_REASON) bytes, or the
    /// connection is closing already.
    pub fn close(&mut self, code: CloseCode, reason: &str) -> Result<(), SendError> {
        close(&self.shared, code, reason)
    }

    /// A way to close the connection from elsewhere.
    pub fn closer(&self) -> Closer<Io> {
        Closer {
            shared: Arc::downgrade(&self.shared),
        }
    }
}

/// Takes frames that wait elsewhere: see [`Writer::feed_from`].
#[derive(Debug)]
pub struct Feed<'a> {
    connection: &'a mut Connection,
}

impl Feed<'_> {
    /// Whether there is room for another one. Whoever puts one nevertheless makes the queue
    /// larger.
    pub fn has_room(&self) -> bool {
        self.connection.has_room()
    }

    /// Puts a frame that was made for many behind the others.
    ///
    /// # Panics
    ///
    /// For a client: each of its frames needs a key of its own.
    pub fn put(&mut self, frame: &Bytes) {
        let open = self.connection.send_encoded(frame);
        debug_assert!(open.is_ok(), "nobody can close it meanwhile");
    }
}

/// Closes a connection whose halves belong to others: [`serve`](crate::serve) does when it
/// stops.
#[derive(Debug)]
pub struct Closer<Io> {
    /// It must not keep a stream open that nobody uses any more.
    shared: Weak<Shared<Io>>,
}

impl<Io> Closer<Io> {
    /// As [`Writer::close`].
    ///
    /// # Errors
    ///
    /// As `Writer::close`; and when both halves have been dropped.
    pub fn close(&self, code: CloseCode, reason: &str) -> Result<(), SendError> {
        let shared = self.shared.upgrade().ok_or(SendError::Closed)?;
        close(&shared, code, reason)
    }
}

fn close<Io>(
    shared: &Shared<Io>,
    code: CloseCode,
    reason: &str,
) -> Result<(), SendError> {
    let inner = &mut *shared.lock();
    inner.connection.close(code, reason)?;
    inner.tasks.wake_reader();
    inner.wake_writer();
    Ok(())
}
