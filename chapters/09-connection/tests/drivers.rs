//! The halves over a stream: what is written when, who wakes whom, and how it ends.

mod common;
mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::{close, frame_to, server, text, to_server};
use connection::{
    Config, Connection, Event, Message, Role, SendError, WebSocket, echo,
};
use frames::Opcode;
use stream::{Script, Step, halves};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep};
use wiretap::harness;

#[test]
fn many_answers_leave_in_one_write() {
    harness::run("thirty-two messages in one read", async {
        let all = (0..32).flat_map(|n| to_server(&[b'a' + n % 26; 32]));
        let script = Script::new([Step::Read(all.collect()), Step::End]);
        let writes = script.writes();
        let connection = Connection::new(Role::Server, Config::default());
        echo(WebSocket::new(script, connection, [])).await;
        assert_eq!(writes.take(), [32 * 34], "one write of 32 frames");
    });
}

#[test]
fn a_large_payload_leaves_with_its_header_in_one_write() {
    harness::run("a vectored write", async {
        let script = Script::new([Step::End]);
        let (writes, written) = (script.writes(), script.written());
        let connection = Connection::new(Role::Server, Config::default());
        let (mut reader, mut writer) = halves(script, connection);
        let payload = vec![b'x'; 5000];
        writer.send(text("before")).await.expect("it is open");
        writer
            .send(Message::Binary(payload.into()))
            .await
            .expect("it is open");
        writer.send(text("behind")).await.expect("it is open");
        while reader.read().await.is_some() {}
        assert_eq!(writes.take(), [8 + 4 + 5000 + 8]);
        let written = written.take();
        assert_eq!(&written[..12], b"\x81\x06before\x82\x7e\x13\x88");
        assert_eq!(&written[5010..], b"xx\x81\x06behind");
    });
}

#[test]
fn what_is_sent_while_the_reader_waits_leaves_at_once() {
    harness::run("the writer in a task of its own", async {
        let ((mut reader, mut writer), mut client) = server(1 << 16, Config::default());
        let reading = tokio::spawn(async move { reader.read().await.is_none() });
        tokio::task::yield_now().await;
        for n in 0..3 {
            writer.send(text(&n.to_string())).await.expect("it is open");
            let mut frame = [0; 3];
            client.read_exact(&mut frame).await.expect("it comes");
            assert_eq!(frame, [0x81, 1, b'0' + n]);
        }
        drop(client);
        assert!(
            !reading.await.expect("no panic"),
            "the reader tells of the end"
        );
    });
}

#[test]
fn what_is_sent_waits_for_the_next_read_or_a_flush() {
    harness::run("an answer, and then long work", async {
        let ((mut reader, mut writer), mut client) = server(1 << 16, Config::default());
        client
            .write_all(&to_server(b"start"))
            .await
            .expect("it reads");
        let start = Instant::now();
        let arrivals = tokio::spawn(async move {
            let mut at = Vec::new();
            for _ in 0..2 {
                client.read_exact(&mut [0; 4]).await.expect("an answer");
                at.push(start.elapsed().as_secs());
            }
            at
        });
        assert!(reader.read().await.is_some());
        writer.send(text("a?")).await.expect("it is open");
        sleep(Duration::from_secs(10)).await;
        writer.flush().await.expect("it is open");
        writer.send(text("b!")).await.expect("it is open");
        while reader.read().await.is_some() {}
        assert_eq!(arrivals.await.expect("no panic"), [10, 10]);
    });
}

#[test]
fn what_is_fed_leaves_with_the_flush() {
    harness::run("three messages and a flush", async {
        let ((mut reader, mut writer), mut client) = server(1 << 16, Config::default());
        let reading = tokio::spawn(async move { reader.read().await.is_some() });
        tokio::task::yield_now().await;
        let shared = Connection::encode(&text("all"));
        writer.feed(text("one")).await.expect("it is open");
        writer.feed_encoded(&shared).await.expect("it is open");
        let mut arrived = [0; 10];
        let early =
            tokio::time::timeout(Duration::from_secs(1), client.read(&mut arrived));
        assert!(early.await.is_err(), "nothing has left");
        writer.flush().await.expect("the stream takes it");
        client.read_exact(&mut arrived).await.expect("it comes");
        assert_eq!(&arrived, b"\x81\x03one\x81\x03all");
        drop(client);
        assert!(reading.await.expect("no panic"));
    });
}

#[test]
fn a_full_queue_makes_its_sender_wait() {
    harness::run("a client that does not read", async {
        let config = Config {
            max_output: 1000,
            ..Config::default()
        };
        let ((mut reader, mut writer), mut client) = server(64, config);
        let reading = tokio::spawn(async move { reader.read().await.is_some() });
        let sent = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&sent);
        let sending = tokio::spawn(async move {
            for n in 0..100_u8 {
                let message = Message::Binary(vec![n; 98].into());
                writer.send(message).await.expect("it is open");
                counter.fetch_add(1, Ordering::Relaxed);
            }
            writer.flush().await.expect("the client reads");
        });
        sleep(Duration::from_secs(1)).await;
        // Ten in the queue, and one for the 64 bytes that the stream has taken.
        assert_eq!(sent.load(Ordering::Relaxed), 11);
        let mut all = vec![0; 100 * 100];
        client.read_exact(&mut all).await.expect("all of it comes");
        for (n, frame) in (0_u8..).zip(all.chunks(100)) {
            assert_eq!(frame, [&[0x82, 98][..], &[n; 98]].concat());
        }
        sending.await.expect("no panic");
        drop(client);
        assert!(reading.await.expect("no panic"));
    });
}

#[test]
fn what_had_no_room_in_the_stream_leaves_when_there_is_some() {
    harness::run("a stream of 16 bytes, and nobody who sends", async {
        let ((mut reader, mut writer), mut client) = server(16, Config::default());
        writer
            .send(text(&"x".repeat(100)))
            .await
            .expect("it is open");
        let reading = tokio::spawn(async move { reader.read().await.is_some() });
        let mut all = [0; 102];
        client.read_exact(&mut all).await.expect("all of it comes");
        drop(client);
        assert!(reading.await.expect("no panic"));
    });
}

#[test]
fn a_sender_that_waits_is_told_of_the_end() {
    harness::run("a client that closes and does not read", async {
        let config = Config {
            max_output: 10,
            ..Config::default()
        };
        let ((mut reader, mut writer), mut client) = server(16, config);
        let reading = tokio::spawn(async move {
            let mut last = None;
            while let Some(event) = reader.read().await {
                last = Some(format!("{event:?}"));
            }
            last
        });
        let sending = tokio::spawn(async move {
            loop {
                if let Err(error) = writer.send(text("0123456789")).await {
                    return error;
                }
            }
        });
        sleep(Duration::from_secs(1)).await;
        let goodbye = frame_to(Role::Server, true, Opcode::Close, &close(1000, ""));
        client.write_all(&goodbye).await.expect("the server reads");
        assert_eq!(sending.await.expect("no panic"), SendError::Closed);
        // It reads nothing, ever: the deadline ends the reader.
        let last = reading.await.expect("no panic").expect("an end is told");
        assert!(last.contains("Agreed(Some((CloseCode(1000)"), "{last}");
    });
}

#[test]
fn bytes_that_came_with_the_handshake_come_first() {
    harness::run("a first frame in two pieces", async {
        let frame = to_server(b"hello");
        let (rest, later) = frame.split_at(4);
        let script = Script::new([Step::Read(later.to_vec()), Step::End]);
        let connection = Connection::new(Role::Server, Config::default());
        let websocket = WebSocket::new(script, connection, rest);
        let (mut reader, _writer) = websocket.split();
        let event = reader.read().await;
        assert_eq!(event, Some(Event::Message(text("hello"))));
    });
}
