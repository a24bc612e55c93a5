//! A stream that tells what passes through it, and changes nothing.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::net::{Dial, Listen};
use crate::recorder::Recorder;
use crate::transcript::Side;

/// A stream whose traffic is recorded. Reads and writes pass unaltered; only what really
/// passed is recorded, so a read that fills half the buffer is half a buffer in the
/// transcript. Made by [`Recorder::tap`].
#[derive(Debug)]
pub struct Tap<Io> {
    io: Io,
    here: Side,
    recorder: Recorder,
    connection: u32,
    sent_end: bool,
    seen_end: bool,
}

impl<Io> Tap<Io> {
    pub(crate) fn new(io: Io, here: Side, recorder: Recorder, connection: u32) -> Self {
        Self {
            io,
            here,
            recorder,
            connection,
            sent_end: false,
            seen_end: false,
        }
    }

    fn wrote(&self, bytes: &[u8]) {
        let now = self.recorder.now();
        self.recorder.bytes(self.connection, self.here, now, bytes);
    }

    fn record_end(&mut self) {
        if !std::mem::replace(&mut self.sent_end, true) {
            let now = self.recorder.now();
            self.recorder.end(self.connection, self.here, now);
        }
    }

    fn note_error(&mut self, error: &io::Error) {
        let reset = matches!(
            error.kind(),
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
        );
        if reset && !std::mem::replace(&mut self.seen_end, true) {
            self.sent_end = true;
            let now = self.recorder.now();
            self.recorder.reset(self.connection, self.here.peer(), now);
        }
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Tap<Io> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let room = buf.remaining();
        let result = ready!(Pin::new(&mut this.io).poll_read(cx, buf));
        match &result {
            Ok(()) => {
                let read = &buf.filled()[before..];
                let now = this.recorder.now();
                if !read.is_empty() {
                    this.recorder
                        .bytes(this.connection, this.here.peer(), now, read);
                } else if room > 0 && !std::mem::replace(&mut this.seen_end, true) {
                    this.recorder.end(this.connection, this.here.peer(), now);
                }
            }
            Err(error) => this.note_error(error),
        }
        Poll::Ready(result)
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Tap<Io> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = ready!(Pin::new(&mut this.io).poll_write(cx, buf));
        match &result {
            Ok(written) => this.wrote(&buf[..*written]),
            Err(error) => this.note_error(error),
        }
        Poll::Ready(result)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = ready!(Pin::new(&mut this.io).poll_write_vectored(cx, bufs));
        match &result {
            Ok(written) => {
                let mut left = *written;
                for buf in bufs {
                    let here = buf.len().min(left);
                    this.wrote(&buf[..here]);
                    left -= here;
                }
            }
            Err(error) => this.note_error(error),
        }
        Poll::Ready(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = ready!(Pin::new(&mut this.io).poll_flush(cx));
        if let Err(error) = &result {
            this.note_error(error);
        }
        Poll::Ready(result)
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = ready!(Pin::new(&mut this.io).poll_shutdown(cx));
        if result.is_ok() {
            this.record_end();
        }
        Poll::Ready(result)
    }
}

impl<Io> Drop for Tap<Io> {
    fn drop(&mut self) {
        // Dropping a stream closes it: the peer sees the end of it.
        self.record_end();
    }
}

/// A listener or a dialer each of whose connections is tapped. Made by
/// [`Recorder::tap_listener`] and [`Recorder::tap_dialer`].
#[derive(Debug)]
pub struct Tapped<T> {
    inner: T,
    recorder: Recorder,
}

impl<T> Tapped<T> {
    pub(crate) fn new(inner: T, recorder: Recorder) -> Self {
        Self { inner, recorder }
    }
}

impl<L: Listen> Listen for Tapped<L> {
    type Io = Tap<L::Io>;

    async fn accept(&mut self) -> io::Result<Self::Io> {
        let io = self.inner.accept().await?;
        Ok(self.recorder.tap(io, Side::Server))
    }
}

impl<D: Dial> Dial for Tapped<D> {
    type Io = Tap<D::Io>;

    async fn dial(&self) -> io::Result<Self::Io> {
        let io = self.inner.dial().await?;
        Ok(self.recorder.tap(io, Side::Client))
    }
}
