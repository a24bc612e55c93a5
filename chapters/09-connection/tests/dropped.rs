//! Halves that are dropped, and what is left of the connection then.

use std::time::Duration;

use connection::{CloseCode, Config, Connection, Message, Role, SendError, WebSocket};
use tokio::io::{AsyncReadExt, DuplexStream, duplex};
use tokio::time::sleep;
use wiretap::harness;

fn text(text: &str) -> Message<'_> {
    Message::Text(text.into())
}

fn server() -> (WebSocket<DuplexStream>, DuplexStream) {
    let (near, far) = duplex(1 << 10);
    let connection = Connection::new(Role::Server, Config::default());
    (WebSocket::new(near, connection, []), far)
}

#[test]
fn a_closer_does_not_keep_the_stream_open() {
    harness::run("a closer that outlives the halves", async {
        let (websocket, mut client) = server();
        let closer = websocket.closer();
        drop(websocket.split());
        let mut said = Vec::new();
        client.read_to_end(&mut said).await.expect("the end");
        assert!(said.is_empty());
        let late = closer.close(CloseCode::NORMAL, "");
        assert_eq!(late, Err(SendError::Closed));
    });
}

#[test]
fn without_a_reader_nothing_can_be_sent() {
    harness::run("a writer alone", async {
        let (websocket, mut client) = server();
        let (reader, mut writer) = websocket.split();
        writer.send(text("in time")).await.expect("it is open");
        drop(reader);
        let closed = Err(SendError::Closed);
        assert_eq!(writer.send(text("too late")).await, closed);
        assert_eq!(writer.close(CloseCode::NORMAL, ""), closed);
        writer.flush().await.expect("the stream is open");
        drop(writer);
        let mut said = Vec::new();
        client.read_to_end(&mut said).await.expect("the end");
        assert_eq!(said, b"\x81\x07in time");
    });
}

#[test]
fn a_sender_that_waits_is_told_when_the_reader_is_dropped() {
    harness::run("a full queue, and nobody who reads", async {
        let (websocket, _client) = server();
        let (reader, mut writer) = websocket.split();
        let sending =
            tokio::spawn(
                async move { while writer.send(text("more")).await.is_ok() {} },
            );
        sleep(Duration::from_secs(1)).await;
        assert!(!sending.is_finished(), "it waits for room");
        drop(reader);
        sending.await.expect("no panic");
    });
}
