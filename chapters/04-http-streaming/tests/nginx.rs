//! A real nginx between a server and its client. Without one these tests say so and pass;
//! in CI they fail.
#![cfg(unix)]

#[path = "common/nginx.rs"]
mod nginx;
#[path = "common/real.rs"]
mod real;
#[path = "common/upstream.rs"]
mod upstream;

use std::time::Duration;

use http_streaming::{
    BodyError, ChunkError, EventStream, Message, StreamError, StreamingAnswer, open,
};
use nginx::Nginx;
use raw_http::{Client, Request};
use tokio::net::UnixStream;
use upstream::Upstream;
use wiretap::Part;

/// Longer than any of these tests.
const LONG: Duration = Duration::from_secs(3600);
const TEXT: &str = "as long as a chat message that has something to say, and no longer";

async fn follow(nginx: &Nginx, place: &str) -> EventStream<UnixStream> {
    let target = format!("{place}/stream?after=0");
    let answer = open(&nginx.dialer(), "x", &target).await.expect("a head");
    EventStream::new(answer, LONG)
}

async fn first_event(stream: &mut EventStream<UnixStream>) -> u64 {
    match stream.next().await {
        Ok(Some(Message::Event(event))) => event.seq,
        surprise => panic!("{surprise:?}"),
    }
}

/// An event arrives while the stream is open and nothing else happens.
fn passes_at_once(what: &'static str, place: &'static str) {
    real::run(what, async move {
        let upstream = Upstream::start(LONG).await;
        let Some(nginx) = upstream.behind_nginx() else {
            return;
        };
        let mut stream = follow(&nginx, place).await;
        for seq in 1..=3 {
            upstream.board.append(TEXT);
            // Nothing is published before this one has arrived.
            assert_eq!(first_event(&mut stream).await, seq);
        }
    });
}

#[test]
fn without_buffering_an_event_passes_at_once() {
    passes_at_once("proxy_buffering off", "/off");
}

#[test]
fn x_accel_buffering_ends_the_buffering_for_this_answer() {
    passes_at_once("proxy_buffering on, X-Accel-Buffering: no", "/told");
}

#[test]
fn with_buffering_nothing_passes_until_a_buffer_is_full() {
    real::run("proxy_buffering on", async {
        let upstream = Upstream::start(LONG).await;
        let Some(nginx) = upstream.behind_nginx() else {
            return;
        };
        let dialer = nginx.dialer();
        let stream = tokio::spawn(async move {
            let answer = open(&dialer, "x", "/on/stream?after=0").await;
            let mut stream = EventStream::new(answer.expect("a head"), LONG);
            first_event(&mut stream).await
        });
        let mut other = Client::new(nginx.dialer(), "x");
        let mut events = 0;
        while !stream.is_finished() {
            upstream.board.append(TEXT);
            events += 1;
            assert!(events < 1000, "100 KB are more than any buffer is long");
            // Two questions that go through the same nginx, and are answered: it has had
            // its chance to pass the event on before them.
            for _ in 0..2 {
                let last = format!("/off/events?after={events}");
                let answer = other.send(Request::get(last)).await;
                assert_eq!(answer.expect("an answer").status, 200);
            }
        }
        assert_eq!(stream.await.expect("no panic"), 1);
        let told = upstream.bytes_told();
        // A buffer has the size of a memory page, 4 KiB or more, and the head is in it too.
        assert!(told >= 3800, "{told} bytes, {events} events");
    });
}

/// RFC 9112 §6.1, once more: before its version 1.29.7, nginx asks in 1.0 unless it is
/// configured to do otherwise. It gets no chunks, and makes chunks of its own.
#[test]
fn nginx_asks_in_1_0_and_answers_in_chunks_of_its_own() {
    real::run("proxy_http_version", async {
        let upstream = Upstream::start(LONG).await;
        let Some(nginx) = upstream.behind_nginx() else {
            return;
        };
        let mut places = vec![("/1.0", "1.0", false), ("/1.1", "1.1", true)];
        if Nginx::minor_version() < 29 {
            places.push(("/off", "1.0", false));
        }
        for (place, version, coded) in places {
            let mut stream =
                open(&nginx.dialer(), "x", &format!("{place}/stream?after=0"))
                    .await
                    .expect("a head");
            upstream.board.append(TEXT);
            stream.next().await.expect("a piece").expect("not the end");
            let coding = stream.head.headers.get("Transfer-Encoding");
            assert_eq!(coding, Some("chunked"), "{place}");
            let entries = upstream.recorder.transcript().entries;
            let last = |part| {
                let mut entries = entries.iter().rev();
                entries
                    .find(|entry| entry.part == part)
                    .expect("it is there")
            };
            let asked = &last(Part::RequestHead).label;
            assert!(
                asked.ends_with(&format!("HTTP/{version}")),
                "{place}: {asked}"
            );
            let answered = last(Part::ResponseHead).content.lines.concat();
            assert_eq!(
                answered.contains("Transfer-Encoding: chunked"),
                coded,
                "{place}"
            );
        }
    });
}

#[test]
fn a_silent_stream_is_cut_and_half_an_answer_is_seen_as_such() {
    real::run("proxy_read_timeout 1s", async {
        let upstream = Upstream::start(LONG).await;
        let Some(nginx) = upstream.behind_nginx() else {
            return;
        };
        let mut stream = follow(&nginx, "/idle").await;
        let cut = stream.next().await;
        let incomplete = BodyError::Chunk(ChunkError::Incomplete);
        assert!(
            matches!(cut, Err(StreamError::Body(e)) if e == incomplete),
            "{cut:?}"
        );
    });
}

#[test]
fn an_empty_line_from_time_to_time_keeps_it_open() {
    real::run("keep-alive lines", async {
        let upstream = Upstream::start(Duration::from_millis(100)).await;
        let Some(nginx) = upstream.behind_nginx() else {
            return;
        };
        let answer = open(&nginx.dialer(), "x", "/idle/stream?after=0").await;
        let mut answer: StreamingAnswer<UnixStream> = answer.expect("a head");
        // Twice as long as nginx waits, and a little longer.
        let mut lines = 0;
        while lines < 25 {
            let piece = answer.next().await.expect("it is not cut");
            let piece = piece.expect("it does not end");
            lines += piece.iter().filter(|byte| **byte == b'\n').count();
        }
        upstream.board.append(TEXT);
        let mut stream = EventStream::new(answer, LONG);
        assert_eq!(first_event(&mut stream).await, 1);
    });
}
