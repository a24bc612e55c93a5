//! A peer that is given up while something waits for it, and one that is only slow.

mod common;

use std::time::Duration;

use common::{Halves, close, frame_to, server};
use connection::{CloseCode, Closed, Config, Event, Message, Reader, Role, SendError};
use frames::Opcode;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep, timeout};
use wiretap::harness;

/// An hour, in which everything has to happen that is to happen at all.
const AN_HOUR: Duration = Duration::from_secs(3600);

/// A server that asks after a second, and the client's end of its stream.
fn impatient_server() -> (Halves, DuplexStream) {
    let config = Config {
        keepalive: Some(Duration::from_secs(1)),
        max_output: 1000,
        ..Config::default()
    };
    server(64, config)
}

/// A server that has said so many zeros, and then goodbye; and the client's end.
async fn a_goodbye_behind(zeros_said: usize) -> (Halves, DuplexStream) {
    let ((reader, mut writer), client) = server(64, Config::default());
    writer.send(zeros(zeros_said)).await.expect("it is open");
    writer.close(CloseCode::NORMAL, "").expect("it is open");
    ((reader, writer), client)
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
        let ((reader, mut writer), _client) = impatient_server();
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
        let ((reader, mut writer), _client) = impatient_server();
        writer.send(zeros(500)).await.expect("it is open");
        assert_eq!(end(reader).await, Some(Closed::TimedOut));
        assert_eq!(writer.flush().await, Err(SendError::Closed));
    });
}

#[test]
fn a_flush_after_the_end_says_that_all_was_written() {
    harness::run("a client that reads, and never answers", async {
        let ((reader, mut writer), mut client) = impatient_server();
        writer.send(zeros(500)).await.expect("it is open");
        let reading = tokio::spawn(end(reader));
        // The message, and the ping behind it.
        client.read_exact(&mut [0; 506]).await.expect("it comes");
        assert_eq!(reading.await.expect("no panic"), Some(Closed::TimedOut));
        assert_eq!(writer.flush().await, Ok(()));
    });
}

/// Reads so many bytes, ten each 100 ms: a line that is slow, and never stands still.
async fn read_slowly(client: &mut DuplexStream, mut length: usize) {
    while length > 0 {
        let piece = &mut [0; 10][..length.min(10)];
        client.read_exact(piece).await.expect("it still comes");
        length -= piece.len();
        sleep(Duration::from_millis(100)).await;
    }
}

#[test]
fn who_still_reads_what_stands_before_the_ping_is_alive() {
    harness::run("a slow client, and an impatient server", async {
        let ((reader, mut writer), mut client) = impatient_server();
        let reading = tokio::spawn(end(reader));
        writer.send(zeros(900)).await.expect("it is open");
        let start = Instant::now();
        read_slowly(&mut client, 904).await;
        assert!(start.elapsed() > Duration::from_secs(9));
        // And then it reads no more, and answers nothing.
        let stopped = Instant::now();
        assert_eq!(reading.await.expect("no panic"), Some(Closed::TimedOut));
        // After three intervals at most, and five seconds for the end of its stream.
        assert!(stopped.elapsed() <= Duration::from_secs(3 + 5));
        drop(writer);
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await.expect("the end");
        assert_eq!(
            rest, b"\x89\x00\x89\x00",
            "asked before the message, and behind it"
        );
    });
}

#[test]
fn rfc6455_7_1_1_who_still_reads_what_stands_before_the_close_has_time() {
    harness::run("a slow client, and a goodbye", async {
        let ((reader, _writer), mut client) = a_goodbye_behind(2000).await;
        let reading = tokio::spawn(end(reader));
        let start = Instant::now();
        read_slowly(&mut client, 2004 + 4).await;
        assert!(start.elapsed() > Duration::from_secs(20));
        let answer = frame_to(Role::Server, true, Opcode::Close, &close(1000, ""));
        client.write_all(&answer).await.expect("it listens");
        drop(client);
        let agreed = Closed::Agreed(Some((CloseCode::NORMAL, String::new())));
        assert_eq!(reading.await.expect("no panic"), Some(agreed));
    });
}

#[test]
fn rfc6455_7_1_1_who_reads_no_further_does_not() {
    harness::run("a client that stops before the goodbye", async {
        let ((reader, _writer), mut client) = a_goodbye_behind(2000).await;
        let reading = tokio::spawn(end(reader));
        read_slowly(&mut client, 1000).await;
        let start = Instant::now();
        assert_eq!(reading.await.expect("no panic"), Some(Closed::TimedOut));
        assert!(start.elapsed() <= Duration::from_secs(5));
    });
}

#[test]
fn a_handler_that_waits_in_send_gives_a_dead_peer_up() {
    harness::run("an echo, and a client that reads nothing", async {
        let ((mut reader, mut writer), mut client) = impatient_server();
        let start = Instant::now();
        let handler = tokio::spawn(async move {
            // In one task: while it waits in `send`, nobody reads.
            while let Some(event) = reader.read().await {
                match event {
                    Event::Message(message) => {
                        let _ = writer.send(message).await;
                    }
                    Event::Closed(closed) => return Some(closed),
                    Event::Ping(_) | Event::Pong(_) => {}
                }
            }
            None
        });
        let message = frame_to(Role::Server, true, Opcode::Binary, &[7; 100]);
        // The eleventh finds the queue full, and the stream takes no more than a part.
        for _ in 0..12 {
            client.write_all(&message).await.expect("it reads");
        }
        let end = timeout(AN_HOUR, handler).await.expect("an end");
        assert_eq!(end.expect("no panic"), Some(Closed::TimedOut));
        assert!(start.elapsed() <= Duration::from_secs(4));
    });
}

#[test]
fn rfc6455_7_1_1_a_flush_of_the_last_words_ends_at_the_deadline() {
    harness::run("a goodbye that nobody reads", async {
        let ((mut reader, mut writer), _client) = a_goodbye_behind(500).await;
        let start = Instant::now();
        // And nobody reads here either.
        let flushed = timeout(AN_HOUR, writer.flush()).await.expect("an end");
        assert_eq!(flushed, Err(SendError::Closed));
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        let event = reader.read().await;
        assert_eq!(event, Some(Event::Closed(Closed::TimedOut)));
    });
}
