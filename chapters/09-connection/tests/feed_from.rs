//! Frames that wait elsewhere until there is room for them.

use std::collections::VecDeque;

use bytes::Bytes;
use connection::{
    CloseCode, Config, Connection, Feed, Message, Reader, Role, SendError, WebSocket,
    Writer,
};
use futures_util::FutureExt;
use tokio::io::{AsyncReadExt, DuplexStream, duplex};
use wiretap::harness;

/// A server that has room for 1,000 bytes, on a stream that takes 64.
fn server() -> (Reader<DuplexStream>, Writer<DuplexStream>, DuplexStream) {
    let config = Config {
        max_output: 1000,
        ..Config::default()
    };
    let (near, far) = duplex(64);
    let connection = Connection::new(Role::Server, config);
    let (reader, writer) = WebSocket::new(near, connection, []).split();
    (reader, writer, far)
}

/// So many frames of 102 bytes.
fn queue(frames: u8) -> VecDeque<Bytes> {
    let frame = |n| Connection::encode(&Message::Binary(vec![n; 100].into()));
    (0..frames).map(frame).collect()
}

/// Feeds what there is room for; how many frames that was.
fn fill(feed: &mut Feed<'_>, queue: &mut VecDeque<Bytes>) -> usize {
    let mut fed = 0;
    while feed.has_room()
        && let Some(frame) = queue.pop_front()
    {
        feed.put(&frame);
        fed += 1;
    }
    fed
}

#[test]
fn no_more_is_taken_than_there_is_room_for() {
    harness::run("twenty frames and room for ten", async {
        let (_reader, mut writer, mut client) = server();
        let mut queue = queue(20);
        let fed = writer.feed_from(|feed| fill(feed, &mut queue)).await;
        assert_eq!(fed, Ok(10), "the tenth ends behind 1,000 bytes");
        assert_eq!(queue.len(), 10);
        // The stream takes 64 bytes of them, and that makes room for one more.
        let fed = writer.feed_from(|feed| fill(feed, &mut queue)).await;
        assert_eq!((fed, queue.len()), (Ok(1), 9));
        // Now it waits, and dropped while it waits it has taken nothing.
        let waits = writer
            .feed_from(|feed| fill(feed, &mut queue))
            .now_or_never();
        assert_eq!((waits, queue.len()), (None, 9));
        client.read_exact(&mut [0; 64]).await.expect("it comes");
        let fed = writer.feed_from(|feed| fill(feed, &mut queue)).await;
        assert_eq!((fed, queue.len()), (Ok(1), 8));
    });
}

#[test]
fn all_of_them_leave_in_their_order() {
    harness::run("a queue that is fed until it is empty", async {
        let (mut reader, mut writer, mut client) = server();
        let mut queue = queue(50);
        let expected = queue.make_contiguous().concat();
        let sending = async move {
            while !queue.is_empty() {
                writer
                    .feed_from(|feed| fill(feed, &mut queue))
                    .await
                    .expect("it is open");
            }
            writer.flush().await.expect("it is open");
        };
        let reading = tokio::spawn(async move { reader.read().await.is_some() });
        let sending = tokio::spawn(sending);
        let mut arrived = vec![0; expected.len()];
        client.read_exact(&mut arrived).await.expect("it comes");
        assert_eq!(arrived, expected);
        sending.await.expect("no panic");
        drop(client);
        assert!(reading.await.expect("no panic"), "it tells of the end");
    });
}

#[test]
fn an_empty_queue_is_no_mistake() {
    harness::run("nothing to feed", async {
        let (_reader, mut writer, _client) = server();
        assert_eq!(
            writer
                .feed_from(|feed| fill(feed, &mut VecDeque::new()))
                .await,
            Ok(0)
        );
    });
}

#[test]
fn nothing_is_taken_for_a_connection_that_closes() {
    harness::run("a goodbye, and then frames", async {
        let (_reader, mut writer, _client) = server();
        let mut queue = queue(3);
        writer.close(CloseCode::NORMAL, "").expect("it is open");
        let fed = writer.feed_from(|feed| fill(feed, &mut queue)).await;
        assert_eq!(fed, Err(SendError::Closed));
        assert_eq!(queue.len(), 3);
    });
}
