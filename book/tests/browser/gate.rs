//! A listener whose connections can be stopped, as by a reader who does not read.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use wiretap::Listen;

/// A gate for what a server writes. A clone is another handle on the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    accepted: usize,
    /// Connections with smaller numbers are stopped.
    shut_below: usize,
    waiting: Vec<Waker>,
}

impl Gate {
    /// Stops what is written to the connections that there are now.
    pub(crate) fn shut(&self) {
        let mut state = self.lock();
        state.shut_below = state.accepted;
    }

    pub(crate) fn open(&self) {
        let mut state = self.lock();
        state.shut_below = 0;
        state.waiting.drain(..).for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Connections on loopback, with a [`Gate`].
#[derive(Debug)]
pub(crate) struct GatedListener {
    listener: TcpListener,
    pub(crate) gate: Gate,
}

impl GatedListener {
    /// On a free port, with the gate open.
    pub(crate) async fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let gate = Gate::default();
        Self { listener, gate }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("it is bound")
    }
}

impl Listen for GatedListener {
    type Io = Gated;

    async fn accept(&mut self) -> io::Result<Gated> {
        let io = Listen::accept(&mut self.listener).await?;
        let mut state = self.gate.lock();
        let number = state.accepted;
        state.accepted += 1;
        drop(state);
        let gate = self.gate.clone();
        Ok(Gated { io, number, gate })
    }
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Gated {
    io: TcpStream,
    number: usize,
    gate: Gate,
}

impl Gated {
    fn poll_open(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.gate.lock();
        if self.number >= state.shut_below {
            return Poll::Ready(());
        }
        state.waiting.push(cx.waker().clone());
        Poll::Pending
    }
}

impl AsyncRead for Gated {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Gated {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_open(cx));
        Pin::new(&mut self.io).poll_write(cx, bytes)
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
