//! The stream of a board, served by hand and with hyper: both keep the same promises.

#[path = "common/stage.rs"]
mod stage;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_streaming::{Answer, EventStream, Message, OpenError, Source};
use raw_http::{Client, Config, Headers, Request};
use short_polling::Gap;
use stage::{
    KEEP_ALIVE, KEPT, SILENCE, Stage, board, event, hear_all, hear_until, with_both,
};
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Instant, sleep, timeout};
use wiretap::{Link, Part};

const SECOND: Duration = Duration::from_secs(1);
const GET: &str = "GET /stream?after=0 HTTP/1.1\r\nHost: x\r\n\r\n";

#[test]
fn an_event_arrives_half_a_round_trip_after_it_happened() {
    with_both("three events, seconds apart", |http| async move {
        let stage = Stage::set(http);
        let mut stream = stage.follow(0).await;
        let start = Instant::now();
        let board = stage.board.clone();
        tokio::spawn(async move {
            for n in 1..=3_u64 {
                sleep(SECOND).await;
                board.append(format!("event {n}"));
            }
        });
        for n in 1..=3 {
            assert_eq!(event(&mut stream).await, n);
            let transit = Duration::from_millis(50);
            assert_eq!(start.elapsed(), SECOND * n as u32 + transit);
        }
    });
}

#[test]
fn the_head_comes_at_once_and_says_what_follows() {
    with_both("a head without an event", |http| async move {
        let stage = Stage::set(http);
        let mut io = stage.say(GET).await;
        let head = hear_until(&mut io, "\r\n\r\n").await.to_ascii_lowercase();
        for field in [
            "http/1.1 200 ok\r\n",
            "\r\ncontent-type: application/x-ndjson\r\n",
            "\r\ntransfer-encoding: chunked\r\n",
            "\r\ncache-control: no-store\r\n",
            "\r\nx-accel-buffering: no\r\n",
        ] {
            assert!(head.contains(field), "{field:?} in {head}");
        }
        assert!(!head.contains("content-length"), "{head}");
    });
}

#[test]
fn what_has_gathered_is_one_chunk() {
    with_both("two events are there, and one comes", |http| async move {
        let stage = Stage::set(http);
        stage.board.append("one");
        stage.board.append("two");
        let mut io = stage.say(GET).await;
        hear_until(&mut io, "\r\n\r\n").await;
        let lines = "{\"seq\":1,\"text\":\"one\"}\n{\"seq\":2,\"text\":\"two\"}\n";
        let chunk = format!("{:x}\r\n{lines}\r\n", lines.len());
        let heard = hear_until(&mut io, "\n\r\n").await;
        assert_eq!(heard.to_ascii_lowercase(), chunk);
        stage.board.append("three\n");
        let heard = hear_until(&mut io, "\n\r\n").await;
        assert_eq!(
            heard.split_once("\r\n").unwrap().1,
            "{\"seq\":3,\"text\":\"three\\n\"}\n\r\n"
        );
    });
}

/// RFC 9112 §6.1: never `Transfer-Encoding` to a client that speaks 1.0.
#[test]
fn a_client_that_speaks_1_0_gets_no_chunks_and_the_end_of_the_stream_ends_the_body() {
    with_both("a client of 1.0", |http| async move {
        let mut stage = Stage::set(http);
        stage.board.append("one");
        let mut io = stage.say("GET /stream?after=0 HTTP/1.0\r\n\r\n").await;
        let head = hear_until(&mut io, "\r\n\r\n").await.to_ascii_lowercase();
        assert!(!head.contains("transfer-encoding"), "{head}");
        assert!(!head.contains("content-length"), "{head}");
        assert!(!head.contains("keep-alive"), "{head}");
        assert_eq!(
            hear_until(&mut io, "\n").await,
            "{\"seq\":1,\"text\":\"one\"}\n"
        );
        stage.stop();
        assert_eq!(hear_all(&mut io).await, "");
    });
}

#[test]
fn a_question_for_the_head_gets_the_head() {
    with_both("HEAD", |http| async move {
        let stage = Stage::set(http);
        stage.board.append("one");
        let request = GET
            .replace("GET", "HEAD")
            .replace("Host", "Connection: close\r\nHost");
        let heard = hear_all(&mut stage.say(&request).await).await;
        assert!(heard.starts_with("HTTP/1.1 200 OK\r\n"), "{heard}");
        assert!(heard.ends_with("\r\n\r\n"), "{heard}");
        assert_eq!(heard.matches("\r\n\r\n").count(), 1, "{heard}");
    });
}

#[test]
fn an_empty_line_is_told_when_nothing_else_is() {
    with_both("a minute of silence", |http| async move {
        let stage = Stage::set(http);
        let mut io = stage.say(GET).await;
        hear_until(&mut io, "\r\n\r\n").await;
        let start = Instant::now();
        for n in 1..=4 {
            assert_eq!(hear_until(&mut io, "\n\r\n").await, "1\r\n\n\r\n");
            assert_eq!(start.elapsed(), KEEP_ALIVE * n);
        }
        // An event is as good, and the silence begins anew after it.
        sleep(KEEP_ALIVE / 2).await;
        stage.board.append("one");
        hear_until(&mut io, "}\n\r\n").await;
        let told = Instant::now();
        assert_eq!(hear_until(&mut io, "\n\r\n").await, "1\r\n\n\r\n");
        assert_eq!(told.elapsed(), KEEP_ALIVE);
        // To a reader of events it is nothing at all.
        let mut stream = stage.follow(1).await;
        sleep(KEEP_ALIVE * 3).await;
        stage.board.append("two");
        assert_eq!(event(&mut stream).await, 2);
    });
}

#[test]
fn a_cursor_is_asked_with_and_a_wrong_one_is_refused() {
    with_both("cursors", |http| async move {
        let stage = Stage::set(http);
        for n in 1..=3 {
            stage.board.append(format!("event {n}"));
        }
        assert_eq!(event(&mut stage.follow(2).await).await, 3);
        let all = EventStream::follow(&stage.dialer, "x", None, SILENCE).await;
        assert_eq!(event(&mut all.expect("a stream")).await, 1);
        let future = EventStream::follow(&stage.dialer, "x", Some(4), SILENCE).await;
        match future {
            Err(OpenError::Refused { status, refusal }) => {
                assert_eq!(status, 400);
                assert_eq!(refusal.expect("it says why").last, Some(3));
            }
            other => panic!("{other:?}"),
        }
        let mut client = Client::new(stage.dialer.clone(), "x");
        for (method, target, status) in [
            ("GET", "/stream?after=x", 400),
            ("GET", "/stream?after=1&after=2", 400),
            ("PUT", "/stream", 405),
            ("GET", "/nothing", 404),
        ] {
            let response = client.send(Request::new(method, target)).await;
            assert_eq!(response.expect("an answer").status, status, "{target}");
        }
    });
}

#[test]
fn what_is_posted_is_told_to_those_who_follow() {
    with_both("POST /events", |http| async move {
        let stage = Stage::set(http);
        let mut stream = stage.follow(0).await;
        let mut client = Client::new(stage.dialer.clone(), "x");
        let response = client.send(Request::post("/events", "hello")).await;
        assert_eq!(response.expect("an answer").status, 201);
        assert_eq!(event(&mut stream).await, 1);
        let page = client.send(Request::get("/events?after=0")).await;
        let expected = br#"{"events":[{"seq":1,"text":"hello"}],"next":1}"#;
        assert_eq!(
            &page.expect("an answer").body[..],
            expected,
            "as in chapter 2"
        );
    });
}

#[test]
fn a_reader_who_was_away_for_too_long_is_told_of_the_gap() {
    with_both("more events than are kept", |http| async move {
        let stage = Stage::set(http);
        for n in 1..=KEPT + 7 {
            stage.board.append(format!("event {n}"));
        }
        let mut stream = stage.follow(2).await;
        let gap = Gap { first: 3, last: 7 };
        let message = stream.next().await.expect("no mistake");
        assert_eq!(message, Some(Message::Gap { gap }));
        assert_eq!(event(&mut stream).await, 8);
    });
}

#[test]
fn a_server_that_stops_ends_its_streams_properly() {
    with_both("a shutdown", |http| async move {
        let mut stage = Stage::set(http);
        let mut stream = stage.follow(0).await;
        stage.board.append("the last");
        stage.stop();
        assert_eq!(event(&mut stream).await, 1);
        assert_eq!(stream.next().await.expect("no mistake"), None);
        drop(stream);
        stage.task.await.expect("the server does not panic");
        let asked = EventStream::follow(&stage.dialer, "x", Some(1), SILENCE).await;
        assert!(matches!(asked, Err(OpenError::Dial(_))), "{asked:?}");
    });
}

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
