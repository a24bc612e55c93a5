//! Whoever stops at the last event has said goodbye nevertheless.

mod common;

use common::{close, frame_to};
use connection::{Config, Connection, Event, Role, WebSocket};
use frames::Opcode;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use wiretap::harness;

/// What a client reads of a server that hears `frame`, reads events up to the last one and
/// no further, and is dropped. The stream has room for so much.
async fn answer_to(frame: Vec<u8>, room: usize) -> Vec<u8> {
    let (near, mut far) = duplex(room);
    let client = tokio::spawn(async move {
        far.write_all(&frame).await.expect("the server reads");
        let mut answer = Vec::new();
        far.read_to_end(&mut answer).await.expect("the server ends");
        answer
    });
    let connection = Connection::new(Role::Server, Config::default());
    let (mut reader, writer) = WebSocket::new(near, connection, []).split();
    loop {
        let event = reader.read().await.expect("the last event comes first");
        if matches!(event, Event::Closed(_)) {
            break;
        }
    }
    drop((reader, writer));
    client.await.expect("no panic")
}

#[test]
fn rfc6455_5_5_1_a_close_is_answered_before_it_is_told() {
    for room in [1, 3, 1 << 16] {
        harness::run("a client that says goodbye", async move {
            let goodbye =
                frame_to(Role::Server, true, Opcode::Close, &close(1000, "x"));
            assert_eq!(answer_to(goodbye, room).await, b"\x88\x02\x03\xe8");
        });
    }
}

#[test]
fn rfc6455_7_1_7_a_failure_is_told_to_the_peer_before_it_is_told_here() {
    for room in [1, 3, 1 << 16] {
        harness::run("a client that sends no UTF-8", async move {
            let text = frame_to(Role::Server, true, Opcode::Text, b"\xff");
            assert_eq!(answer_to(text, room).await, b"\x88\x02\x03\xef");
        });
    }
}
