//! A stream that does what a script says, and shows each write.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use connection::{Connection, Reader, WebSocket, Writer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What happens next on the reading side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// These bytes come, in one read.
    Read(Vec<u8>),
    /// Nothing comes now.
    Wait,
    /// The stream ends.
    End,
    /// Reading fails.
    FailRead,
    /// Nothing comes, and writing fails.
    FailWrite,
}

/// A list that a test and a stream share.
#[derive(Debug)]
pub(crate) struct Seen<T>(Arc<Mutex<Vec<T>>>);

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Seen<T> {
    fn again(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    fn extend(&self, more: impl IntoIterator<Item = T>) {
        self.0.lock().expect("no panic").extend(more);
    }

    pub(crate) fn take(&self) -> Vec<T> {
        std::mem::take(&mut self.0.lock().expect("no panic"))
    }
}

#[derive(Debug)]
pub(crate) struct Script {
    steps: VecDeque<Step>,
    /// How many bytes a write takes at most.
    room: usize,
    /// Whether every other write has to wait.
    stutters: bool,
    waited: bool,
    /// The length of each write.
    writes: Seen<usize>,
    written: Seen<u8>,
}

pub(crate) fn halves(
    script: Script,
    connection: Connection,
) -> (Reader<Script>, Writer<Script>) {
    WebSocket::new(script, connection, []).split()
}

impl Script {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            room: usize::MAX,
            stutters: false,
            waited: false,
            writes: Seen::default(),
            written: Seen::default(),
        }
    }

    /// Each write takes one byte, after it has waited once.
    pub(crate) fn stuttering(self) -> Self {
        let stutters = true;
        Self {
            room: 1,
            stutters,
            ..self
        }
    }

    pub(crate) fn writes(&self) -> Seen<usize> {
        self.writes.again()
    }

    pub(crate) fn written(&self) -> Seen<u8> {
        self.written.again()
    }
}

impl AsyncRead for Script {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.steps.pop_front() {
            Some(Step::Read(mut bytes)) => {
                let rest = bytes.split_off(bytes.len().min(buf.remaining()));
                if !rest.is_empty() {
                    self.steps.push_front(Step::Read(rest));
                }
                buf.put_slice(&bytes);
                Poll::Ready(Ok(()))
            }
            Some(Step::Wait) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Some(Step::End) | None => Poll::Ready(Ok(())),
            Some(Step::FailRead) => {
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
            Some(Step::FailWrite) => {
                self.room = 0;
                Poll::Pending
            }
        }
    }
}

impl AsyncWrite for Script {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.room == 0 {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        self.waited = self.stutters && !self.waited;
        if self.waited {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let bytes = bufs.iter().flat_map(|buf| buf.iter().copied());
        let taken: Vec<u8> = bytes.take(self.room).collect();
        self.writes.extend([taken.len()]);
        let count = taken.len();
        self.written.extend(taken);
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
