//! Connections that are cut after some bytes, wherever that is.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

use fastrand::Rng;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use wiretap::Dial;

/// Dials wherever the server is now. Each connection lives for some kilobytes.
pub(crate) struct Cutting {
    address: watch::Receiver<SocketAddr>,
    rng: Mutex<Rng>,
}

impl Cutting {
    pub(crate) fn new(address: watch::Receiver<SocketAddr>, seed: u64) -> Self {
        let rng = Mutex::new(Rng::with_seed(seed));
        Self { address, rng }
    }
}

impl Dial for Cutting {
    type Io = Cut;

    async fn dial(&self) -> io::Result<Cut> {
        let address = *self.address.borrow();
        let left = self.rng.lock().expect("no panic").usize(1_000..1_000_000);
        let io = TcpStream::connect(address).await?;
        Ok(Cut { io, left })
    }
}

/// A stream that breaks.
pub(crate) struct Cut {
    io: TcpStream,
    left: usize,
}

impl Cut {
    fn is_used_up(&mut self, bytes: usize) -> bool {
        self.left = self.left.saturating_sub(bytes);
        self.left == 0
    }
}

fn cut<T>() -> Poll<io::Result<T>> {
    Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
}

impl AsyncRead for Cut {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.left == 0 {
            return cut();
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.io).poll_read(cx, buffer);
        let bytes = buffer.filled().len() - before;
        self.is_used_up(bytes);
        read
    }
}

impl AsyncWrite for Cut {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // What is left is written, so that a frame may be cut in its middle.
        let part = bytes.len().min(self.left);
        if self.is_used_up(part) && part < bytes.len() {
            return cut();
        }
        Pin::new(&mut self.io).poll_write(cx, &bytes[..part])
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
