//! Streams that always have more to read: what there is to say still leaves, and deadlines
//! are kept.

mod common;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use common::{close, frame_to};
use connection::{
    CloseCode, Closed, Config, Connection, Event, Message, Role, WebSocket, Writer,
    echo,
};
use frames::Opcode;
use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf,
    ReadHalf, duplex, split,
};
use tokio::task::{JoinHandle, coop};
use tokio::time::{Instant, advance, sleep};
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

/// A server whose handler takes a millisecond for each message, and a client that sends
/// faster than that. The handler gives how it ended; the client's end of the stream can be
/// read from.
fn busy_server() -> (
    Writer<DuplexStream>,
    JoinHandle<Option<Closed>>,
    ReadHalf<DuplexStream>,
) {
    let (near, far) = duplex(4 << 10);
    let connection = Connection::new(Role::Server, Config::default());
    let (mut reader, writer) = WebSocket::new(near, connection, []).split();
    let handler = tokio::spawn(async move {
        // Not to the end of the stream: nobody would sleep any more, and no time pass.
        loop {
            match reader.read().await? {
                Event::Closed(closed) => return Some(closed),
                _ => sleep(Duration::from_millis(1)).await,
            }
        }
    });
    let (from_server, mut to_server) = split(far);
    tokio::spawn(async move {
        let ping = frame_to(Role::Server, true, Opcode::Ping, b"?");
        to_server.write_all(&ping).await.expect("the server reads");
        let frame = frame_to(Role::Server, true, Opcode::Binary, b"more");
        while to_server.write_all(&frame).await.is_ok() {}
    });
    (writer, handler, from_server)
}

#[test]
fn rfc6455_5_5_2_a_ping_in_a_flood_is_answered_soon() {
    harness::run("a ping, and messages without end", async {
        let (_writer, _handler, mut client) = busy_server();
        let start = Instant::now();
        let mut pong = [0; 3];
        client.read_exact(&mut pong).await.expect("it comes");
        assert_eq!(pong, *b"\x8a\x01?");
        assert!(start.elapsed() < Duration::from_secs(1));
    });
}

#[test]
fn what_another_task_sends_leaves_in_a_flood() {
    harness::run("news in a flood", async {
        let (mut writer, _handler, mut client) = busy_server();
        client.read_exact(&mut [0; 3]).await.expect("a pong");
        let start = Instant::now();
        let news = Message::Text("news".into());
        writer.send(news).await.expect("it is open");
        let mut frame = [0; 6];
        client.read_exact(&mut frame).await.expect("it comes");
        assert_eq!(frame, *b"\x81\x04news");
        assert!(start.elapsed() < Duration::from_secs(1));
    });
}

#[test]
fn rfc6455_7_1_2_a_close_leaves_at_once_in_a_flood_and_has_its_deadline() {
    harness::run("a goodbye in a flood", async {
        let (mut writer, handler, mut client) = busy_server();
        client.read_exact(&mut [0; 3]).await.expect("a pong");
        let start = Instant::now();
        writer.close(CloseCode::GOING_AWAY, "").expect("it is open");
        let mut frame = [0; 4];
        client.read_exact(&mut frame).await.expect("it comes");
        assert_eq!(frame, *b"\x88\x02\x03\xe9");
        assert!(start.elapsed() < Duration::from_millis(5));
        // The client does not answer, and never stops.
        let end = handler.await.expect("no panic");
        assert_eq!(end, Some(Closed::TimedOut));
        assert!(start.elapsed() < Duration::from_secs(6));
    });
}
