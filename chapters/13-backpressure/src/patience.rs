//! A stream whose peer has to take what is written.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How the peer of a connection takes what is written to it. A clone is another handle.
#[derive(Debug, Clone, Default)]
pub struct Intake(Arc<Taken>);

#[derive(Debug, Default)]
struct Taken {
    bytes: AtomicU64,
    is_taken_over: AtomicBool,
}

impl Intake {
    /// How many bytes it has taken, or its system for it.
    pub fn taken(&self) -> u64 {
        self.0.bytes.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) {
        self.0.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn take_over(&self) {
        self.0.is_taken_over.store(true, Ordering::Relaxed);
    }

    fn is_taken_over(&self) -> bool {
        self.0.is_taken_over.load(Ordering::Relaxed)
    }
}

/// A stream that fails with [`TimedOut`](io::ErrorKind::TimedOut) when nothing is taken of
/// what is written to it, for a given time. A byte that is taken is enough to begin the time
/// anew: who reads slowly reads. When somebody else takes the stream over, it waits as long
/// as they like.
#[derive(Debug)]
pub(crate) struct Patient<Io> {
    io: Io,
    patience: Duration,
    intake: Intake,
    /// Runs while something waits to be taken.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<Io> Patient<Io> {
    pub(crate) fn new(io: Io, patience: Duration, intake: Intake) -> Self {
        Self {
            io,
            patience,
            intake,
            waiting: None,
        }
    }

    pub(crate) fn into_inner(self) -> Io {
        self.io
    }
}

impl<Io: Unpin> Patient<Io> {
    /// Does something to the stream, for which it may have to wait.
    fn poll<T>(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        act: impl FnOnce(Pin<&mut Io>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let done = act(Pin::new(&mut self.io), cx);
        if done.is_ready() || self.intake.is_taken_over() {
            self.waiting = None;
            return done;
        }
        let patience = self.patience;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(waiting.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Writes something, and counts what is taken of it.
    fn count(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut Io>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let written = ready!(self.as_mut().poll(cx, write))?;
        self.intake.add(written);
        Poll::Ready(Ok(written))
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Patient<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Patient<Io> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.count(cx, |io, cx| io.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.count(cx, |io, cx| io.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(cx, |io, cx| io.poll_flush(cx))
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll(cx, |io, cx| io.poll_shutdown(cx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::time::Instant;
    use wiretap::harness;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn nothing_is_taken_and_then_no_more_waited() {
        harness::run("a peer that does not read", async {
            let (io, _peer) = duplex(100);
            let mut io = Patient::new(io, PATIENCE, Intake::default());
            let start = Instant::now();
            let written = io.write_all(&[0; 101]).await;
            let error = written.expect_err("the last byte is not taken");
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            assert_eq!(start.elapsed(), PATIENCE);
        });
    }

    #[test]
    fn who_reads_slowly_is_waited_for() {
        harness::run("a byte every nine seconds", async {
            let (io, mut peer) = duplex(1);
            let mut io = Patient::new(io, PATIENCE, Intake::default());
            let start = Instant::now();
            let reading = async {
                for _ in 0..100 {
                    sleep(Duration::from_secs(9)).await;
                    peer.read_u8().await.expect("it is written");
                }
            };
            let (written, ()) = tokio::join!(io.write_all(&[0; 100]), reading);
            written.expect("all of it is taken");
            assert_eq!(start.elapsed().as_secs(), 900);
        });
    }

    #[test]
    fn who_has_taken_the_stream_over_waits_as_long_as_they_like() {
        harness::run("a peer that does not read for an hour", async {
            let (io, mut peer) = duplex(100);
            let intake = Intake::default();
            let mut io = Patient::new(io, PATIENCE, intake.clone());
            let taking_over = async {
                sleep(Duration::from_secs(9)).await;
                intake.take_over();
                assert_eq!(intake.taken(), 100);
                sleep(Duration::from_secs(3600)).await;
                peer.read_u8().await.expect("it is written");
            };
            let (written, ()) = tokio::join!(io.write_all(&[0; 101]), taking_over);
            written.expect("all of it is taken");
            assert_eq!(intake.taken(), 101);
        });
    }

    #[test]
    fn a_silence_between_two_writes_is_no_waiting() {
        harness::run("a write each hour", async {
            let (io, mut peer) = duplex(1);
            let mut io = Patient::new(io, PATIENCE, Intake::default());
            for _ in 0..3 {
                io.write_all(&[0]).await.expect("it has room");
                sleep(Duration::from_secs(3600)).await;
                peer.read_u8().await.expect("it was written");
            }
        });
    }
}
