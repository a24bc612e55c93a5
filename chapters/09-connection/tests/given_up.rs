//! A peer that is given up while something waits for it, and one that is only slow.

use std::time::Duration;

use connection::{
    Closed, Config, Connection, Event, Message, Reader, Role, SendError, WebSocket,
    Writer,
};
use tokio::io::{AsyncReadExt, DuplexStream, duplex};
use tokio::time::{Instant, timeout};
use wiretap::harness;

/// An hour, in which everything has to happen that is to happen at all.
const AN_HOUR: Duration = Duration::from_secs(3600);

type Halves = (Reader<DuplexStream>, Writer<DuplexStream>);

/// A server that asks after a second, and the client's end of its stream.
fn server() -> (Halves, DuplexStream) {
    let config = Config {
        keepalive: Some(Duration::from_secs(1)),
        max_output: 1000,
        ..Config::default()
    };
    let (near, far) = duplex(64);
    let connection = Connection::new(Role::Server, config);
    (WebSocket::new(near, connection, []).split(), far)
}

fn zeros(length: usize) -> Message<'static> {
    Message::Binary(vec![0; length].into())
}

/// Reads to the end; how it came about.
async fn end(mut reader: Reader<DuplexStream>) -> Option<Closed> {
    let mut end = None;
    while let Some(event) = reader.read().await {
        if let Event::Closed(closed) = event {
            end = Some(closed);
        }
    }
    end
}

#[test]
fn a_flush_that_waits_comes_back_when_the_reader_gives_the_peer_up() {
    harness::run("a client that reads nothing", async {
        let ((reader, mut writer), _client) = server();
        let reading = tokio::spawn(end(reader));
        writer.feed(zeros(5000)).await.expect("it is open");
        let start = Instant::now();
        let flushed = timeout(AN_HOUR, writer.flush()).await.expect("an end");
        assert_eq!(flushed, Err(SendError::Closed));
        assert_eq!(start.elapsed(), Duration::from_secs(2));
        assert_eq!(reading.await.expect("no panic"), Some(Closed::TimedOut));
    });
}

#[test]
fn a_flush_after_the_end_says_that_bytes_were_thrown_away() {
    harness::run("a client that reads nothing", async {
        let ((reader, mut writer), _client) = server();
        writer.send(zeros(500)).await.expect("it is open");
        assert_eq!(end(reader).await, Some(Closed::TimedOut));
        assert_eq!(writer.flush().await, Err(SendError::Closed));
    });
}

#[test]
fn a_flush_after_the_end_says_that_all_was_written() {
    harness::run("a client that reads, and never answers", async {
        let ((reader, mut writer), mut client) = server();
        writer.send(zeros(500)).await.expect("it is open");
        let reading = tokio::spawn(end(reader));
        // The message, and the ping behind it.
        client.read_exact(&mut [0; 506]).await.expect("it comes");
        assert_eq!(reading.await.expect("no panic"), Some(Closed::TimedOut));
        assert_eq!(writer.flush().await, Ok(()));
    });
}
