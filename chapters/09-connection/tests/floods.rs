//! Streams that always have more to read: what there is to say still leaves, and deadlines
//! are kept.

mod common;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use common::{close, frame_to};
use connection::{Config, Connection, Role, WebSocket, echo};
use frames::Opcode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::coop;
use tokio::time::advance;
use wiretap::harness;

/// A stream whose reads never wait, but for the share of the processor that tokio gives a
/// task.
#[derive(Debug)]
struct Flood {
    first: Vec<u8>,
}

impl AsyncRead for Flood {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(coop::poll_proceed(cx)).made_progress();
        match std::mem::take(&mut self.first) {
            first if first.is_empty() => buf.put_slice(&[0; 1000]),
            first => buf.put_slice(&first),
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Flood {
    fn poll_write(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(buf.len()))
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

#[test]
fn rfc6455_7_1_1_a_peer_that_goes_on_after_its_close_is_left_at_the_deadline() {
    harness::run("a client that never stops", async {
        let first = frame_to(Role::Server, true, Opcode::Close, &close(1000, ""));
        let connection = Connection::new(Role::Server, Config::default());
        let echoing = echo(WebSocket::new(Flood { first }, connection, []));
        let echoing = tokio::spawn(echoing);
        // Nobody sleeps here, so the clock has to be told to go.
        for _ in 0..49 {
            advance(Duration::from_millis(100)).await;
        }
        assert!(!echoing.is_finished(), "it reads what comes late");
        for _ in 0..10 {
            advance(Duration::from_millis(100)).await;
        }
        assert!(echoing.is_finished(), "five seconds are over");
    });
}
