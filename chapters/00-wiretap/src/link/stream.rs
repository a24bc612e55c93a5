//! One end of a connection over a link.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::pipe::{Found, Pipe, Sent};
use super::{Fault, Link};
use crate::recorder::{Recorder, Span};
use crate::transcript::Side;

/// One end of a connection over a [`Link`]. Dropping it ends the stream for the peer.
#[derive(Debug)]
pub struct LinkStream {
    here: Side,
    link: Link,
    recorder: Recorder,
    connection: u32,
    incoming: Arc<Mutex<Pipe>>,
    outgoing: Arc<Mutex<Pipe>>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// Both ends of a new connection: the client's and the server's.
pub(super) fn pair(
    link: &Link,
    recorder: &Recorder,
    connection: u32,
) -> (LinkStream, LinkStream) {
    // Every direction of every connection is cut in its own way.
    let seed = link.seed ^ u64::from(connection) << 32;
    let up = Pipe::new(link, link.client_fault, seed);
    let down = Pipe::new(link, link.server_fault, !seed);
    let [up, down] = [up, down].map(|pipe| Arc::new(Mutex::new(pipe)));
    let end = |here, incoming: &Arc<_>, outgoing: &Arc<_>| LinkStream {
        here,
        link: link.clone(),
        recorder: recorder.clone(),
        connection,
        incoming: Arc::clone(incoming),
        outgoing: Arc::clone(outgoing),
        timer: None,
    };
    (end(Side::Client, &down, &up), end(Side::Server, &up, &down))
}

fn lock(pipe: &Mutex<Pipe>) -> MutexGuard<'_, Pipe> {
    pipe.lock().unwrap_or_else(PoisonError::into_inner)
}

impl LinkStream {
    fn span(&self, arrives: Instant) -> Span {
        Span {
            sent: self.recorder.elapsed(Instant::now()),
            arrived: Some(self.recorder.elapsed(arrives)),
            order: 0,
        }
    }

    fn end(&self) {
        if let Some(arrives) = lock(&self.outgoing).finish() {
            self.recorder
                .end(self.connection, self.here, self.span(arrives));
        }
    }

    fn strike(&self, fault: Fault) {
        match fault {
            Fault::HalfCloseAfter(_) => self.end(),
            Fault::ResetAfter(_) => {
                let arrives = lock(&self.outgoing).reset();
                lock(&self.incoming).reset();
                if let Some(arrives) = arrives {
                    self.recorder
                        .reset(self.connection, self.here, self.span(arrives));
                }
            }
        }
    }
}

impl AsyncRead for LinkStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let found = lock(&this.incoming).receive(cx, buf);
            match found {
                Found::Ready(result) => {
                    this.timer = None;
                    return Poll::Ready(result);
                }
                Found::Nothing => {
                    this.timer = None;
                    return Poll::Pending;
                }
                Found::Later(at) => {
                    let timer = match &mut this.timer {
                        Some(timer) if timer.deadline() == at => timer,
                        timer => timer.insert(Box::pin(sleep_until(at))),
                    };
                    ready!(timer.as_mut().poll(cx));
                }
            }
        }
    }
}

impl AsyncWrite for LinkStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let mut pipe = lock(&self.outgoing);
        // A fault after 0 bytes strikes before the first one.
        if let Some(fault) = pipe.fault_due() {
            drop(pipe);
            self.strike(fault);
            pipe = lock(&self.outgoing);
        }
        let sent = ready!(pipe.send(cx, buf));
        let due = pipe.fault_due();
        drop(pipe);
        let length = match sent {
            Sent::Reset => {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            Sent::Lost { length } => length,
            Sent::Taken { length, arrives } => {
                let span = self.span(arrives);
                self.recorder
                    .bytes(self.connection, self.here, span, &buf[..length]);
                length
            }
        };
        if let Some(fault) = due {
            self.strike(fault);
        }
        Poll::Ready(Ok(length))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.end();
        Poll::Ready(Ok(()))
    }
}

impl Drop for LinkStream {
    fn drop(&mut self) {
        self.link.report_if_panicking();
        self.end();
        lock(&self.incoming).abandon();
    }
}
