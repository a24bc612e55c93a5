//! Connections that can be cut, for a reader who wants to see what becomes of them.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use wiretap::Listen;

/// Cuts all connections of a lab at once. A clone is another handle on the same scissors.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scissors {
    /// What the connections of this moment wait for.
    now: Arc<Mutex<CancellationToken>>,
}

impl Scissors {
    /// Cuts every connection that is open; those that come later are not touched.
    pub(crate) fn cut(&self) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *now).cancel();
    }

    fn now(&self) -> CancellationToken {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.clone()
    }

    /// A listener whose connections these scissors reach.
    pub(crate) fn reach<L: Listen>(&self, listener: L) -> Reached<L> {
        Reached {
            listener,
            scissors: self.clone(),
            places: None,
        }
    }
}

/// A listener within reach of some [`Scissors`].
#[derive(Debug)]
pub(crate) struct Reached<L> {
    listener: L,
    scissors: Scissors,
    places: Option<Arc<Semaphore>>,
}

impl<L> Reached<L> {
    /// With so many connections at a time: a further one waits to be accepted. For servers
    /// that have no such bound of their own.
    pub(crate) fn at_most(mut self, connections: usize) -> Self {
        self.places = Some(Arc::new(Semaphore::new(connections)));
        self
    }
}

impl<L: Listen> Listen for Reached<L> {
    type Io = Cuttable<L::Io>;

    async fn accept(&mut self) -> io::Result<Self::Io> {
        let place = match &self.places {
            Some(places) => Arc::clone(places).acquire_owned().await.ok(),
            None => None,
        };
        let io = self.listener.accept().await?;
        let cut = Box::pin(self.scissors.now().cancelled_owned());
        Ok(Cuttable {
            io,
            cut,
            _place: place,
        })
    }
}

/// A stream that fails with `ConnectionReset` once it is cut.
pub(crate) struct Cuttable<Io> {
    io: Io,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl<Io: fmt::Debug> fmt::Debug for Cuttable<Io> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cuttable {:?}", self.io)
    }
}

impl<Io> Cuttable<Io> {
    fn poll_cut(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.cut.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionReset.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Cuttable<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_cut(cx)?;
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Cuttable<Io> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_cut(cx)?;
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_cut(cx)?;
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use wiretap::{Dial as _, Link, Recorder, harness};

    use super::*;

    #[test]
    fn one_more_than_the_most_waits_until_one_has_gone() {
        harness::run("three connections, and places for two", async {
            let (dialer, listener) = Link::new().network(&Recorder::new("places"));
            let mut reached = Scissors::default().reach(listener).at_most(2);
            let mut dialed = Vec::new();
            for _ in 0..3 {
                dialed.push(dialer.dial().await.expect("a connection"));
            }
            let first = reached.accept().await.expect("the first");
            let _second = reached.accept().await.expect("the second");
            assert!(reached.accept().now_or_never().is_none());
            drop(first);
            reached.accept().await.expect("the third");
        });
    }
}
