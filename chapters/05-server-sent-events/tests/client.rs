//! The reader over its connections: what it says, how long it waits, what it survives.

mod road;

use std::time::Duration;

use road::{RTT, Road, events, reader, told_until};
use server_sent_events::{EventSource, Failure, Interruption, Notice, Options};
use tokio::time::{Instant, timeout};
use wiretap::{Part, harness};

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

/// The heads of the requests on the road.
fn requests(road: &Road) -> Vec<String> {
    let entries = road.recorder().transcript().entries;
    let heads = entries
        .into_iter()
        .filter(|entry| entry.part == Part::RequestHead);
    heads.map(|head| head.content.lines.concat()).collect()
}

#[test]
fn html_9_2_3_and_9_2_4_what_a_reader_sends() {
    harness::run("two connections", async {
        let (events, road) = (events(10), Road::new());
        let server = road.open(&events);
        let mut reader = reader(&road);
        events.board().append("one");
        told_until(&mut reader, 1).await;
        drop(server);
        while !matches!(reader.next().await, Some(Notice::Interrupted { .. })) {}
        let _server = road.open(&events);
        events.board().append("two");
        told_until(&mut reader, 2).await;
        let common = "GET /stream?after=0 HTTP/1.1\\r\\nHost: board.test\\r\\n\
                      Accept: text/event-stream\\r\\nCache-Control: no-store\\r\\n";
        assert_eq!(
            requests(&road),
            [
                format!("{common}\\r\\n"),
                format!("{common}Last-Event-ID: 1\\r\\n\\r\\n"),
            ]
        );
    });
}

#[test]
fn its_cookie_goes_with_each_request() {
    harness::run("two connections of somebody who is known", async {
        let road = Road::new();
        for _ in 0..2 {
            road.next_gets(format!("{HEAD}id: 7\n\n"));
        }
        let mut reader = reader(&road).with_cookie("line=1; session=2");
        for _ in 0..2 {
            while !matches!(reader.next().await, Some(Notice::Interrupted { .. })) {}
        }
        let requests = requests(&road);
        let [first, second] = [&requests[0], &requests[1]];
        let cookie = "Cookie: line=1; session=2\\r\\n";
        assert!(first.ends_with(&format!("{cookie}\\r\\n")), "{first}");
        assert!(second.contains(cookie), "{second}");
    });
}

#[test]
#[should_panic(expected = "cannot be sent as it is")]
fn a_cookie_that_is_no_field_value_is_a_mistake() {
    let _ = reader(&Road::new()).with_cookie("line=1\r\nHost: x");
}

#[test]
fn html_9_2_6_an_id_without_data_is_resumed_after() {
    harness::run("an id alone", async {
        let road = Road::new();
        road.next_gets(format!("{HEAD}id: 7\n\nid: 8\n"));
        let mut reader = reader(&road);
        while !matches!(reader.next().await, Some(Notice::Interrupted { .. })) {}
        assert_eq!(reader.last_event_id(), "7");
    });
}

#[test]
fn an_id_that_is_no_field_value_is_the_end() {
    harness::run("an id with a control character", async {
        let road = Road::new();
        road.next_gets(format!("{HEAD}id: 7\u{1}\ndata: x\n\n"));
        let mut reader = reader(&road);
        while !matches!(reader.next().await, Some(Notice::Interrupted { .. })) {}
        let last = reader.next().await;
        assert!(
            matches!(last, Some(Notice::Failed(Failure::LastEventId))),
            "{last:?}"
        );
    });
}

#[test]
fn html_9_2_6_retry_is_kept_within_bounds_and_obeyed_exactly() {
    for (retry, waited) in [("2000", 2000), ("0", 100), ("99999999999", 3_600_000)] {
        harness::run("a retry", async move {
            let road = Road::new();
            road.next_gets(format!("{HEAD}retry: {retry}\n"));
            let _server = road.open_later();
            let mut reader = reader(&road);
            while !matches!(reader.next().await, Some(Notice::Interrupted { .. })) {}
            assert_eq!(reader.retry(), Duration::from_millis(waited));
            let start = Instant::now();
            assert!(matches!(reader.next().await, Some(Notice::Open)));
            // The wait, the handshake, and the question with its answer.
            let expected = Duration::from_millis(waited) + 2 * RTT;
            assert_eq!(start.elapsed(), expected);
        });
    }
}

#[test]
fn html_9_2_3_attempts_that_fail_are_further_and_further_apart() {
    harness::run("nobody is there", async {
        let road = Road::new();
        let mut reader = reader(&road);
        let mut waits = Vec::new();
        for _ in 0..8 {
            match reader.next().await {
                Some(Notice::Interrupted {
                    why: Interruption::Dial(_),
                    wait,
                }) => waits.push(wait.as_secs_f64()),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(waits[0].to_string(), "3");
        let whole = [6.0, 12.0, 24.0, 48.0, 60.0, 60.0, 60.0];
        for (wait, whole) in waits[1..].iter().zip(whole) {
            assert!((whole / 2.0..=whole).contains(wait), "{waits:?}");
        }
        // A stream that opens makes all of that forgotten.
        road.next_gets(HEAD);
        assert!(matches!(reader.next().await, Some(Notice::Open)));
        let Some(Notice::Interrupted { wait, .. }) = reader.next().await else {
            panic!("the answer has ended");
        };
        assert_eq!(wait, Duration::from_secs(3));
    });
}

#[test]
fn a_silent_stream_is_taken_for_dead_and_a_heartbeat_is_not() {
    harness::run("a quiet server, then a dead one", async {
        let (events, road) = (events(10), Road::new());
        let _server = road.open(&events);
        let mut reader = reader(&road);
        assert!(matches!(reader.next().await, Some(Notice::Open)));
        // Heartbeats come every 15 s, and are nothing to tell.
        let quiet = timeout(Duration::from_secs(600), reader.next()).await;
        assert!(quiet.is_err(), "{quiet:?}");
    });
    harness::run("a server that says nothing", async {
        let road = Road::new();
        road.next_never_answers();
        let mut reader = reader(&road);
        let start = Instant::now();
        let notice = reader.next().await;
        assert!(
            matches!(
                notice,
                Some(Notice::Interrupted {
                    why: Interruption::Silent,
                    ..
                })
            ),
            "{notice:?}"
        );
        assert_eq!(start.elapsed(), Duration::from_secs(45) + RTT);
    });
}

#[test]
fn a_reader_goes_on_where_another_stopped() {
    harness::run("two readers, one after the other", async {
        let (events, road) = (events(10), Road::new());
        let _server = road.open(&events);
        for text in ["one", "two"] {
            events.board().append(text);
        }
        let mut first = reader(&road);
        while first.last_event_id() != "1" {
            first.next().await.expect("a notice");
        }
        let mut second = reader(&road).resume_after(first.last_event_id());
        assert_eq!(told_until(&mut second, 2).await, [(2, "two".to_owned())]);
    });
}

#[test]
#[should_panic(expected = "cannot be sent as it is")]
fn a_target_that_would_change_the_request_panics() {
    let target = "/stream HTTP/1.1\r\nX-Forged: yes";
    let _ = EventSource::new(Road::new(), "board.test", target, Options::default());
}
