//! A stream and its two buffers: what has arrived and is not used yet, what is to be sent.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

/// How much room there is for one read.
const READ: usize = 4 << 10;

/// Because both buffers live here and not in a future, every `async fn` below can be
/// dropped at any await and called again: what was read stays in `incoming`, what was not
/// written stays in `outgoing`.
#[derive(Debug)]
pub(crate) struct Wire<Io> {
    io: Io,
    pub(crate) incoming: BytesMut,
    pub(crate) outgoing: BytesMut,
    /// Why nothing more can be sent. What the peer sent before may still be read.
    send_error: Option<io::Error>,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Wire<Io> {
    pub(crate) fn new(io: Io) -> Self {
        Self {
            io,
            incoming: BytesMut::new(),
            outgoing: BytesMut::new(),
            send_error: None,
        }
    }

    /// Reads once, and writes what there is to write while it waits: a peer that is
    /// owed something may be waiting for it. Gives the number of bytes read; 0 is the end.
    pub(crate) async fn fill(&mut self) -> io::Result<usize> {
        poll_fn(|cx| self.poll_fill(cx)).await
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Err(error)) = self.poll_flush(cx) {
            self.send_error = Some(error);
        }
        self.poll_read(cx)
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.incoming.capacity() - self.incoming.len() < READ / 4 {
            self.incoming.reserve(READ);
        }
        pin!(self.io.read_buf(&mut self.incoming)).poll(cx)
    }

    /// Writes all there is to write.
    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        match self.send_error.take() {
            Some(error) => Err(error),
            None => poll_fn(|cx| self.poll_flush(cx)).await,
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outgoing.is_empty() {
            let io = Pin::new(&mut self.io);
            match ready!(io.poll_write(cx, &self.outgoing))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.outgoing.advance(written),
            }
        }
        Pin::new(&mut self.io).poll_flush(cx)
    }

    /// Ends our side, then reads and throws away what still comes, until the peer ends
    /// its side too.
    ///
    /// A TCP stack whose socket is closed with bytes unread, or that gets bytes for it
    /// later, sends RST; and RST destroys what is still on its way to the peer (and, on
    /// some systems, what the peer has received and not read yet): the answer that was
    /// written a moment ago. RFC 9112 §9.6.
    pub(crate) async fn close(&mut self) -> io::Result<()> {
        self.flush().await?;
        poll_fn(|cx| Pin::new(&mut self.io).poll_shutdown(cx)).await?;
        loop {
            self.incoming.clear();
            if self.fill().await? == 0 {
                return Ok(());
            }
        }
    }

    /// Whether nothing at all has come, not even the end, since what was read last.
    /// Looks once, without waiting.
    pub(crate) async fn is_quiet(&mut self) -> bool {
        let looked = poll_fn(|cx| Poll::Ready(self.poll_read(cx))).await;
        looked.is_pending() && self.incoming.is_empty()
    }

    pub(crate) fn into_parts(self) -> (Io, BytesMut) {
        (self.io, self.incoming)
    }
}
