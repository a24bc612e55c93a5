//! What becomes of connections that are slow, long, many, or gone: by hand and with hyper.

#[path = "common/stage.rs"]
mod stage;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_streaming::{Answer, Source};
use raw_http::{Config, Headers, Request};
use stage::{KEPT, Stage, board, event, hear_until, with_both};
use tokio::io::AsyncWriteExt as _;
use tokio::time::{sleep, timeout};
use wiretap::{Link, Part};

const GET: &str = "GET /stream?after=0 HTTP/1.1\r\nHost: x\r\n\r\n";

/// A source that never says anything, and knows when it is dropped.
struct Silent {
    _alive: Arc<()>,
}

impl Source for Silent {
    async fn next(&mut self) -> Option<Bytes> {
        std::future::pending().await
    }
}

#[test]
fn a_client_that_hangs_up_leaves_nothing_behind() {
    with_both("a client that hangs up", |http| async move {
        let alive = Arc::new(());
        let counted = Arc::clone(&alive);
        let handler = move |_: Request| {
            let source = Silent {
                _alive: Arc::clone(&counted),
            };
            async move { Answer::Stream(Headers::new(), source) }
        };
        let link = Link::new().rtt(Duration::from_millis(100));
        let stage = Stage::serving(link, http, Config::default(), board(1), handler);
        // This one, and the handler's own.
        let idle = Arc::strong_count(&alive);
        let mut io = stage.say(GET).await;
        hear_until(&mut io, "\r\n\r\n").await;
        assert!(Arc::strong_count(&alive) > idle);
        io.shutdown().await.expect("it is open");
        sleep(Duration::from_millis(60)).await;
        assert_eq!(Arc::strong_count(&alive), idle, "nothing waits any more");
    });
}

#[test]
fn a_reader_that_reads_nothing_makes_the_writer_wait_and_nobody_else() {
    with_both("a slow reader beside a fast one", |http| async move {
        let link = Link::new().rtt(Duration::from_millis(10));
        let stage = Stage::on(link, http, Config::default());
        let mut slow = stage.say(GET).await;
        let mut fast = stage.follow(0).await;
        // A thousand texts of 1,000 bytes: many times what fits on the way.
        for n in 1..=10 * KEPT as u64 {
            stage.board.append("x".repeat(1000));
            assert_eq!(event(&mut fast).await, n);
        }
        let sent = |entries: &[wiretap::Entry]| -> u64 {
            let chunks = entries.iter().filter(|entry| {
                entry.connection == 1 && matches!(entry.part, Part::Chunk | Part::Bytes)
            });
            chunks.map(|entry| entry.length).sum()
        };
        let waiting = sent(&stage.recorder.transcript().entries);
        assert!(waiting <= 64 << 10, "the window is full: {waiting}");
        // It reads on: what it was told, and then that something is missing.
        hear_until(&mut slow, "{\"gap\":").await;
    });
}

#[test]
fn a_stream_outlives_every_deadline_but_its_own() {
    with_both("an hour of a stream", |http| async move {
        let stage = Stage::set(http);
        let mut stream = stage.follow(0).await;
        for n in 1..=60 {
            let quiet = timeout(Duration::from_secs(60), stream.next()).await;
            assert!(quiet.is_err(), "{quiet:?}");
            stage.board.append("a minute");
            assert_eq!(event(&mut stream).await, n);
        }
    });
}

#[test]
fn many_follow_at_once() {
    with_both("a hundred readers", |http| async move {
        let stage = Stage::set(http);
        let mut streams = Vec::new();
        for _ in 0..100 {
            streams.push(stage.follow(0).await);
        }
        stage.board.append("one for all");
        for stream in &mut streams {
            assert_eq!(event(stream).await, 1);
        }
    });
}
