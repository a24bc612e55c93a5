//! A large message that is lent to the writer: it is written from where it lies, as far as
//! the stream takes it at once.

mod stream;

use std::borrow::Cow;

use bytes::BytesMut;
use connection::{Config, Connection, Message, Role, WebSocket};
use frames::{Header, Opcode, put_frame};
use stream::{Script, Step, halves};
use tokio::io::{AsyncReadExt, duplex};
use wiretap::harness;

const LARGE: usize = 100_000;

fn message(payload: &[u8]) -> Message<'_> {
    Message::Binary(Cow::Borrowed(payload))
}

fn payload() -> Vec<u8> {
    (0..LARGE).map(|n| (n % 251) as u8).collect()
}

/// Small, large, small, as a server sends them.
fn frames() -> BytesMut {
    let mut all = BytesMut::new();
    for payload in [b"before", &payload()[..], b"after"] {
        let header = Header::new(Opcode::Binary, payload.len() as u64);
        put_frame(header, payload, &mut all);
    }
    all
}

#[test]
fn it_leaves_at_once_with_what_waits_before_it() {
    harness::run("a stream that takes everything", async {
        let script = Script::new([Step::End]);
        let (writes, written) = (script.writes(), script.written());
        let connection = Connection::new(Role::Server, Config::default());
        let (_reader, mut writer) = halves(script, connection);
        let payload = payload();
        writer.feed(message(b"before")).await.expect("it is open");
        assert!(writes.take().is_empty(), "a small one waits");
        writer.feed(message(&payload)).await.expect("it is open");
        assert_eq!(writes.take(), [8 + 10 + LARGE], "both in one write");
        writer.feed(message(b"after")).await.expect("it is open");
        writer.flush().await.expect("it is open");
        assert_eq!(written.take(), frames());
    });
}

#[test]
fn what_a_stream_does_not_take_is_kept_in_its_place() {
    for room in [7, 8, 17, 18, 19, 1000, LARGE, LARGE + 17] {
        harness::run("a stream that takes a part", async move {
            let (near, mut far) = duplex(room);
            let connection = Connection::new(Role::Server, Config::default());
            let (mut reader, mut writer) = WebSocket::new(near, connection, []).split();
            let payload = payload();
            let sent = async {
                for payload in [b"before", &payload[..], b"after"] {
                    writer.send(message(payload)).await.expect("it is open");
                }
                writer.flush().await.expect("it is open");
                // The reader ends with the stream.
                drop(writer);
            };
            let heard = async {
                let mut all = vec![0; frames().len()];
                far.read_exact(&mut all).await.expect("all of it comes");
                drop(far);
                all
            };
            let (_, heard, _) = tokio::join!(sent, heard, async {
                while reader.read().await.is_some() {}
            });
            assert_eq!(heard, frames(), "room for {room} bytes");
        });
    }
}

#[test]
fn a_client_masks_it_and_so_copies_it() {
    harness::run("a client", async {
        let script = Script::new([Step::End]);
        let writes = script.writes();
        let connection = Connection::new(Role::Client, Config::default());
        let (_reader, mut writer) = halves(script, connection);
        let payload = payload();
        writer.feed(message(&payload)).await.expect("it is open");
        assert!(writes.take().is_empty(), "it waits for the others");
        assert_eq!(payload, self::payload(), "what is lent is not changed");
    });
}
