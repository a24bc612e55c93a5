//! The stream of a board, served by hand and with hyper: both keep the same promises.

#[path = "common/stage.rs"]
mod stage;

use std::time::Duration;

use http_streaming::{EventStream, Message, OpenError};
use raw_http::{Client, Request};
use short_polling::Gap;
use stage::{KEEP_ALIVE, KEPT, SILENCE, Stage, event, hear_all, hear_until, with_both};
use tokio::time::{Instant, sleep};

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
