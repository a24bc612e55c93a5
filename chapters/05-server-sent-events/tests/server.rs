//! Every answer of the server, byte by byte.

mod road;

use std::time::Duration;

use http_streaming::Source as _;
use long_polling::WaitingBoard;
use raw_http::{Client, Request, Response};
use road::{Road, events, following};
use server_sent_events::{EventBlocks, Events, Streams};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep, timeout};
use wiretap::{Dial as _, harness};

/// The next piece of a stream as text; `None` at its end.
async fn piece(blocks: &mut EventBlocks) -> Option<String> {
    let bytes = blocks.next().await?;
    Some(String::from_utf8(bytes.to_vec()).expect("text"))
}

/// A stream that is resumed after `asked`.
fn resume(events: &Events, asked: Option<u64>) -> EventBlocks {
    let telling = events.resume(asked).expect("a stream");
    EventBlocks::new(telling, events.streams().heartbeat)
}

/// The first piece of a stream that is resumed after `asked`.
fn first_piece(events: &Events, asked: Option<u64>) -> String {
    let events = events.clone();
    harness::run("the beginning of a stream", async move {
        let mut blocks = resume(&events, asked);
        piece(&mut blocks).await.expect("a first piece")
    })
}

/// What a request gets within a second, head and all.
fn asked_with(events: &Events, target: &str, fields: &str) -> String {
    let events = events.clone();
    let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
    harness::run("a request", async move {
        let road = Road::new();
        let _server = road.open(&events);
        let mut io = road.dial().await.expect("a connection");
        io.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let _ = timeout(Duration::from_secs(1), io.read_to_end(&mut answer)).await;
        String::from_utf8(answer).expect("text")
    })
}

fn three_events(kept: usize) -> Events {
    let events = events(kept);
    for text in ["one", "two", "three"] {
        events.board().append(text);
    }
    events
}

#[test]
fn a_stream_has_its_head_and_its_beginning() {
    let answer = asked_with(&three_events(10), "/stream?after=1", "");
    let expected = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                    Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n\
                    Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
                    31\r\nretry: 2000\n\nid: 2\ndata: two\n\nid: 3\ndata: three\n\n\r\n";
    assert_eq!(answer, expected);
}

#[test]
fn without_a_cursor_everything_kept_and_no_gap() {
    assert_eq!(
        first_piece(&three_events(2), None),
        "retry: 2000\n\nid: 2\ndata: two\n\nid: 3\ndata: three\n\n"
    );
}

#[test]
fn html_9_2_4_last_event_id_counts_more_than_the_address() {
    let events = three_events(10);
    let answer = asked_with(&events, "/stream?after=0", "Last-Event-ID: 2\r\n");
    assert!(answer.contains("\r\nretry: 2000\n\nid: 3\n"), "{answer}");
    let answer = asked_with(&events, "/stream?after=2", "Last-Event-ID:\r\n");
    assert!(answer.contains("\r\nretry: 2000\n\nid: 3\n"), "{answer}");
}

#[test]
fn an_id_that_is_not_of_this_board_is_400() {
    let events = three_events(10);
    for id in ["x", "-1", "+1", "1.0", "18446744073709551616"] {
        let field = format!("Last-Event-ID: {id}\r\n");
        let answer = asked_with(&events, "/stream", &field);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{id}: {answer}");
        assert!(answer.contains("`Last-Event-ID` is the number"), "{answer}");
    }
    assert!(asked_with(&events, "/stream?after=x", "").starts_with("HTTP/1.1 400 "));
}

#[test]
fn a_gap_is_a_message_of_its_own_with_an_id_of_its_own() {
    assert_eq!(
        first_piece(&three_events(1), Some(0)),
        "retry: 2000\n\nid: 2\nevent: gap\ndata: {\"first\":1,\"last\":2}\n\n\
         id: 3\ndata: three\n\n"
    );
}

#[test]
fn a_cursor_from_the_future_is_told_that_this_is_another_board() {
    assert_eq!(
        first_piece(&three_events(2), Some(9)),
        "retry: 2000\n\nid: 0\nevent: restarted\ndata: {\"had\":9,\"last\":3}\n\n\
         id: 1\nevent: gap\ndata: {\"first\":1,\"last\":1}\n\n\
         id: 2\ndata: two\n\nid: 3\ndata: three\n\n"
    );
}

#[test]
fn a_board_that_follows_another_is_a_gap() {
    let events = following(7, 10);
    assert_eq!(
        first_piece(&events, Some(5)),
        "retry: 2000\n\nid: 7\nevent: gap\ndata: {\"first\":6,\"last\":7}\n\n"
    );
}

#[test]
fn html_9_2_7_a_heartbeat_comes_after_each_silence() {
    harness::run("a minute of silence", async {
        let events = events(10);
        let start = Instant::now();
        let mut blocks = resume(&events, Some(0));
        piece(&mut blocks).await.expect("the beginning");
        let mut beats = Vec::new();
        while start.elapsed() < Duration::from_secs(60) {
            let text = piece(&mut blocks).await.expect("a heartbeat");
            assert_eq!(text, ": still here\n");
            beats.push(start.elapsed().as_secs());
        }
        assert_eq!(beats, [15, 30, 45, 60]);
        // An event puts the next one off.
        sleep(Duration::from_secs(10)).await;
        events.board().append("x");
        piece(&mut blocks).await.expect("the event");
        piece(&mut blocks).await.expect("a heartbeat");
        assert_eq!(start.elapsed().as_secs(), 85);
    });
}

#[test]
fn what_gathers_meanwhile_is_one_piece() {
    harness::run("three events at once", async {
        let events = events(10);
        let mut blocks = resume(&events, Some(0));
        piece(&mut blocks).await.expect("the beginning");
        for text in ["one", "two\nlines", ""] {
            events.board().append(text);
        }
        assert_eq!(
            piece(&mut blocks).await.as_deref(),
            Some(
                "id: 1\ndata: one\n\nid: 2\ndata: two\ndata: lines\n\nid: 3\ndata: \n\n"
            )
        );
    });
}

#[test]
fn a_reader_that_is_slower_than_the_board_forgets_is_told_of_a_gap() {
    harness::run("a slow reader", async {
        let events = events(2);
        let mut blocks = resume(&events, Some(0));
        piece(&mut blocks).await.expect("the beginning");
        for seq in 1..=1000 {
            events.board().append(seq.to_string());
        }
        assert_eq!(
            piece(&mut blocks).await.as_deref(),
            Some(
                "id: 998\nevent: gap\ndata: {\"first\":1,\"last\":998}\n\n\
                 id: 999\ndata: 999\n\nid: 1000\ndata: 1000\n\n"
            )
        );
    });
}

#[test]
fn html_9_2_3_the_stop_is_204_and_nothing_is_lost_before_it() {
    harness::run("the end", async {
        let events = events(10);
        let mut blocks = resume(&events, Some(0));
        piece(&mut blocks).await.expect("the beginning");
        events.board().append("the last one");
        events.end();
        // What is left is told, then the stream ends.
        let last = piece(&mut blocks).await;
        assert_eq!(last.as_deref(), Some("id: 1\ndata: the last one\n\n"));
        assert_eq!(piece(&mut blocks).await, None);
        // One that was cut off before gets it too.
        let mut late = resume(&events, Some(0));
        let last = piece(&mut late).await.expect("the last one");
        assert!(last.ends_with("id: 1\ndata: the last one\n\n"), "{last}");
        assert_eq!(piece(&mut late).await, None);
        // And one that has everything is told to stay away.
        assert!(events.resume(Some(1)).is_none());
    });
    let events = three_events(10);
    events.end();
    let answer = asked_with(&events, "/stream", "Last-Event-ID: 3\r\n");
    assert_eq!(
        answer,
        "HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\n\r\n"
    );
}

#[test]
fn the_end_wakes_who_waits() {
    harness::run("the end of a quiet board", async {
        let events = events(10);
        let mut blocks = resume(&events, Some(0));
        piece(&mut blocks).await.expect("the beginning");
        let ending = events.clone();
        tokio::spawn(async move {
            sleep(Duration::from_secs(5)).await;
            ending.end();
        });
        let start = Instant::now();
        assert_eq!(piece(&mut blocks).await, None);
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    });
}

/// A 503 would be the end of it: an `EventSource` never comes back after one.
#[test]
fn who_finds_no_place_is_told_to_come_back_by_a_stream_that_ends() {
    harness::run("two readers and one place", async {
        let board = three_events(10).board().board().clone();
        let streams = Streams {
            most: 1,
            ..Streams::default()
        };
        let events = Events::new(WaitingBoard::new(board, 0), streams);
        let mut first = resume(&events, Some(0));
        assert_eq!(events.telling(), 1);
        let mut second = resume(&events, Some(0));
        assert_eq!(
            piece(&mut second).await.as_deref(),
            Some("retry: 10000\n\n")
        );
        assert_eq!(piece(&mut second).await, None);
        assert!(piece(&mut first).await.is_some());
        drop(first);
        assert_eq!(events.telling(), 0);
    });
}

#[test]
fn a_reader_that_hangs_up_frees_its_place_at_once() {
    harness::run("a reader hangs up", async {
        let (events, road) = (events(10), Road::new());
        let _server = road.open(&events);
        let mut io = road.dial().await.expect("a connection");
        let request = b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";
        io.write_all(request).await.expect("sent");
        let mut byte = [0];
        io.read_exact(&mut byte).await.expect("an answer");
        assert_eq!(events.telling(), 1);
        drop(io);
        // Half a round trip later the server knows.
        sleep(road::RTT).await;
        assert_eq!(events.telling(), 0);
    });
}

#[test]
fn everything_else_is_answered_as_in_chapter_2() {
    harness::run("a post and a get", async {
        let (events, road) = (events(10), Road::new());
        let _server = road.open(&events);
        let mut blocks = resume(&events, Some(0));
        piece(&mut blocks).await.expect("the beginning");
        let mut client = Client::new(road, "board.test");
        let mut send = async |request| -> Response {
            client.send(request).await.expect("an answer")
        };
        let published = send(Request::post("/events", "hello")).await;
        assert_eq!(
            (published.status, &published.body[..]),
            (201, &b"{\"seq\":1}"[..])
        );
        let told = piece(&mut blocks).await;
        assert_eq!(told.as_deref(), Some("id: 1\ndata: hello\n\n"));
        assert_eq!(send(Request::get("/events?after=0")).await.status, 200);
        let refused = send(Request::post("/stream", "")).await;
        assert_eq!(refused.status, 405);
        assert_eq!(refused.headers.get("Allow"), Some("GET, HEAD"));
        assert_eq!(send(Request::get("/nothing")).await.status, 404);
    });
}
