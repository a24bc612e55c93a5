//! The same streams with axum 0.8.9, read by the same reader: what is the same, and what
//! is not.

mod road;

use std::time::Duration;

use road::{RTT, Road, events, told_until};
use server_sent_events::{EventSource, Events, Failure, Notice, Options, with_axum};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use wiretap::{Dial as _, Fault, Link, LinkDialer, Recorder, Side, harness};

/// An axum server of these events, which is told to stop by dropping the sender.
fn axum_over(
    link: &Link,
    events: &Events,
) -> (LinkDialer, oneshot::Sender<()>, JoinHandle<()>) {
    let (dialer, listener) = link.network(&Recorder::new("axum"));
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { drop(stopped.await) };
    let server = tokio::spawn(with_axum::serve(listener, events.clone(), shutdown));
    (dialer, stop, server)
}

fn axum(events: &Events) -> (LinkDialer, oneshot::Sender<()>, JoinHandle<()>) {
    axum_over(&Link::new().rtt(RTT), events)
}

fn road_to(dialer: LinkDialer) -> Road {
    let road = Road::new();
    road.lead_to(dialer);
    road
}

fn reader(road: &Road) -> EventSource<Road> {
    let target = "/stream?after=0";
    EventSource::new(road.clone(), "board.test", target, Options::default())
}

/// The texts of what was told, each of which is a JSON string.
fn texts(told: &[(u64, String)]) -> Vec<String> {
    let text = |(_, json): &(u64, String)| serde_json::from_str(json).expect("JSON");
    told.iter().map(text).collect()
}

/// All that comes within a second to a request for a stream, as text.
fn bytes_of(events: &Events, fields: &str) -> String {
    let events = events.clone();
    let request = format!("GET /stream?after=0 HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
    harness::run("a request to axum", async move {
        let (dialer, _stop, _server) = axum(&events);
        let mut io = dialer.dial().await.expect("a connection");
        io.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let _ = timeout(Duration::from_secs(1), io.read_to_end(&mut answer)).await;
        String::from_utf8(answer).expect("text")
    })
}

#[test]
fn the_same_reader_is_told_the_same_wherever_the_stream_is_cut() {
    for after in 0..450 {
        harness::run("axum over a fault", async move {
            let events = events(10);
            let road = Road::new();
            let (dialer, _stop, _server) = axum(&events);
            road.lead_to(dialer);
            let cut = Fault::ResetAfter(after);
            let faulty = Link::new().rtt(RTT).fault(Side::Server, cut);
            let (dialer, _stop_too, _server_too) = axum_over(&faulty, &events);
            road.lead_first_to(dialer);
            for text in ["one", "two\nlines", "für alle"] {
                events.board().append(text);
            }
            let told = told_until(&mut reader(&road), 3).await;
            let texts = texts(&told);
            assert_eq!(texts, ["one", "two\nlines", "für alle"], "{after}");
        });
    }
}

#[test]
fn the_stop_and_the_refusals_are_the_same() {
    let events = events(10);
    events.board().append("x");
    let refused = bytes_of(&events, "Last-Event-ID: x\r\n");
    assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
    events.end();
    let stopped = bytes_of(&events, "Last-Event-ID: 1\r\n");
    assert!(stopped.starts_with("HTTP/1.1 204 "), "{stopped}");
    harness::run("a reader of what is over", async move {
        let (dialer, _stop, _server) = axum(&events);
        let road = road_to(dialer);
        let mut reader = reader(&road).resume_after("1");
        let notice = reader.next().await;
        assert!(
            matches!(notice, Some(Notice::Failed(Failure::Status(204)))),
            "{notice:?}"
        );
    });
}

/// Each event is a chunk of its own, and a comment ends with a blank line. Ours tells
/// what has gathered in one piece.
#[test]
fn peer_axum_0_8_9_makes_a_chunk_of_each_event() {
    let events = events(10);
    for text in ["one", "two"] {
        events.board().append(text);
    }
    let answer = bytes_of(&events, "");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(
        head.to_ascii_lowercase()
            .contains("content-type: text/event-stream"),
        "{head}"
    );
    assert_eq!(
        body,
        "D\r\nretry: 2000\n\n\r\n13\r\nid: 1\ndata: \"one\"\n\n\r\n\
         13\r\nid: 2\ndata: \"two\"\n\n\r\n"
    );
}

/// What the remedy for axum's two mistakes with texts brings along.
#[test]
fn as_json_every_text_arrives_as_it_was() {
    const TEXTS: [&str; 5] = ["", "a\r\nb", "\r", " a\n", "\0"];
    harness::run("texts as JSON", async {
        let events = events(10);
        let (dialer, _stop, _server) = axum(&events);
        for text in TEXTS {
            events.board().append(text);
        }
        let told = told_until(&mut reader(&road_to(dialer)), 5).await;
        assert_eq!(texts(&told), TEXTS);
    });
}

/// A graceful shutdown waits for the streams, which have no end of their own.
#[test]
fn peer_axum_0_8_9_drains_for_ever_unless_the_streams_are_told_to_end() {
    harness::run("a shutdown", async {
        let events = events(10);
        let (dialer, stop, mut server) = axum(&events);
        let road = road_to(dialer);
        let mut reader = reader(&road);
        assert!(matches!(reader.next().await, Some(Notice::Open)));
        drop(stop);
        let an_hour = timeout(Duration::from_secs(3600), &mut server).await;
        assert!(an_hour.is_err(), "it still waits");
        events.end();
        timeout(Duration::from_secs(1), server)
            .await
            .expect("it is done")
            .expect("no panic");

        // Chapter 4's server ends its streams itself, and within a deadline.
        let events = road::events(10);
        let road = Road::new();
        let stop = road.open(&events);
        let mut reader = road::reader(&road);
        assert!(matches!(reader.next().await, Some(Notice::Open)));
        drop(stop);
        sleep(RTT).await;
        assert_eq!(events.telling(), 0);
    });
}

#[test]
fn the_heartbeat_is_as_regular() {
    harness::run("a minute of axum's silence", async {
        let events = events(10);
        let (dialer, _stop, _server) = axum(&events);
        let mut io = dialer.dial().await.expect("a connection");
        let request = b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";
        io.write_all(request).await.expect("sent");
        let mut answer = Vec::new();
        let _ = timeout(Duration::from_secs(61), io.read_to_end(&mut answer)).await;
        let text = String::from_utf8(answer).expect("text");
        assert_eq!(text.matches(": still here\n\n").count(), 4, "{text}");
    });
}
