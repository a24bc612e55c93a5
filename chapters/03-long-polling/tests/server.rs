//! The server over a link on which each way takes 50 ms: what it answers, and when.

mod common;

use std::time::Duration;

use common::{RTT, SECOND, Server, board, numbers, page};
use long_polling::Census;
use raw_http::Request;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;
use wiretap::{Dial, harness};

/// A fresh connection, the question and the answer: two round trips.
const AT_ONCE: Duration = Duration::from_millis(200);
/// The clock's step. What happens at the same instant happens in no particular order.
const MOMENT: Duration = Duration::from_millis(1);

fn body(response: &raw_http::Response) -> &str {
    std::str::from_utf8(&response.body).expect("every body here is text")
}

#[test]
fn an_event_is_told_one_transit_after_it_has_happened() {
    harness::run("a held request", async {
        let board = board(10, 10);
        let server = Server::of(&board);
        let asked = server.ask(Request::get("/events?after=0"));
        sleep(7 * SECOND).await;
        board.append("kick-off");
        let (answer, took) = asked.await.expect("no panic");
        let answer = answer.expect("an answer");
        assert_eq!(numbers(&page(&answer)), [1]);
        assert_eq!(took, 7 * SECOND + RTT / 2);
    });
}

#[test]
fn rfc6202_5_5_a_quiet_request_is_answered_after_30_s_with_the_same_cursor() {
    harness::run("half a minute of silence", async {
        let board = board(10, 10);
        board.append("seen");
        let (answer, took) = Server::of(&board).get("/events?after=1").await;
        assert_eq!(body(&answer), r#"{"events":[],"next":1}"#);
        assert_eq!(took, AT_ONCE + 30 * SECOND);
        assert_eq!(board.census().timed_out, 1);
    });
}

#[test]
fn rfc6202_2_2_what_gathered_meanwhile_comes_in_one_answer() {
    harness::run("many events in one answer", async {
        let board = board(10, 10);
        for text in ["a", "b", "c"] {
            board.append(text);
        }
        let (answer, took) = Server::of(&board).get("/events?after=0").await;
        assert_eq!(numbers(&page(&answer)), [1, 2, 3]);
        assert_eq!(took, AT_ONCE);
    });
}

#[test]
fn rfc6202_2_2_no_cache_keeps_an_answer() {
    harness::run("answers that are not stored", async {
        let board = board(10, 0);
        board.append("x");
        let server = Server::of(&board);
        // An event, no place, and the future.
        for (cursor, status) in [(0, 200), (1, 503), (2, 400)] {
            let (answer, _) = server.get(&format!("/events?after={cursor}")).await;
            assert_eq!(answer.status, status);
            assert_eq!(answer.headers.get("Cache-Control"), Some("no-store"));
        }
    });
}

#[test]
fn a_post_is_heard_by_those_who_wait() {
    harness::run("one publishes, one waits", async {
        let board = board(10, 10);
        let server = Server::of(&board);
        let asked = server.ask(Request::get("/events?after=0"));
        sleep(SECOND).await;
        let (answer, took) = server.answer(Request::post("/events", "hello")).await;
        assert_eq!((body(&answer), took), (r#"{"seq":1}"#, AT_ONCE));
        let (answer, took) = asked.await.expect("no panic");
        assert_eq!(numbers(&page(&answer.expect("an answer"))), [1]);
        assert_eq!(took, SECOND + AT_ONCE);
    });
}

#[test]
fn a_gap_is_said() {
    harness::run("a reader that was away", async {
        let board = board(1, 10);
        board.append("a");
        board.append("b");
        let (answer, took) = Server::of(&board).get("/events?after=0").await;
        let expected =
            r#"{"gap":{"first":1,"last":1},"events":[{"seq":2,"text":"b"}],"next":2}"#;
        assert_eq!((body(&answer), took), (expected, AT_ONCE));
    });
}

#[test]
fn a_cursor_from_the_future_is_400_at_once() {
    harness::run("a cursor from the future", async {
        let board = board(10, 10);
        let (answer, took) = Server::of(&board).get("/events?after=1").await;
        assert_eq!((answer.status, took), (400, AT_ONCE));
        assert_eq!(
            body(&answer),
            r#"{"error":"the cursor 1 is from the future: the last event is 0","last":0}"#
        );
    });
}

#[test]
fn rfc9110_15_6_4_beyond_the_bound_503_says_when_to_come_back() {
    harness::run("a full house", async {
        let board = board(10, 1);
        let server = Server::of(&board);
        let _first = server.ask(Request::get("/events?after=0"));
        sleep(SECOND).await;
        let (answer, took) = server.get("/events?after=0").await;
        assert_eq!((answer.status, took), (503, AT_ONCE));
        assert_eq!(answer.headers.get("Retry-After"), Some("5"));
        assert_eq!(
            body(&answer),
            r#"{"error":"1 wait already, and no more may"}"#
        );
        assert_eq!((board.census().waiting, board.census().turned_away), (1, 1));
    });
}

#[test]
fn a_client_that_hangs_up_frees_its_place_one_transit_later() {
    harness::run("a client that hangs up", async {
        let board = board(10, 10);
        let server = Server::of(&board);
        let asked = server.ask(Request::get("/events?after=0"));
        sleep(SECOND).await;
        assert_eq!(board.census().waiting, 1);
        asked.abort();
        sleep(RTT / 2 - MOMENT).await;
        assert_eq!(board.census().waiting, 1, "the news is on its way");
        sleep(2 * MOMENT).await;
        let census = Census {
            hung_up: 1,
            ..Census::default()
        };
        assert_eq!(board.census(), census);
    });
}

#[test]
fn a_client_that_ends_its_side_has_hung_up_too() {
    harness::run("a client that ends its side", async {
        let board = board(10, 10);
        let server = Server::of(&board);
        let mut io = server.dialer.dial().await.expect("a connection");
        io.write_all(b"GET /events?after=0 HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .expect("written");
        sleep(SECOND).await;
        assert_eq!(board.census().waiting, 1);
        io.shutdown().await.expect("ended");
        sleep(RTT / 2 + MOMENT).await;
        assert_eq!((board.census().waiting, board.census().hung_up), (0, 1));
    });
}

#[test]
fn a_hundred_clients_that_hang_up_leave_nobody_behind() {
    harness::run("a hundred clients", async {
        let board = board(10, 100);
        let server = Server::of(&board);
        for round in 1..=5 {
            let asked: Vec<_> = (0..100)
                .map(|_| server.ask(Request::get("/events?after=0")))
                .collect();
            sleep(AT_ONCE).await;
            assert_eq!(board.census().waiting, 100);
            asked.iter().for_each(|task| task.abort());
            sleep(SECOND).await;
            let census = board.census();
            assert_eq!((census.waiting, census.hung_up), (0, 100 * round));
        }
    });
}

#[test]
fn only_a_get_with_a_cursor_is_held() {
    harness::run("requests that are answered at once", async {
        let board = board(10, 10);
        let server = Server::of(&board);
        let requests = [
            (Request::get("/events"), 200),
            (Request::new("HEAD", "/events?after=0"), 200),
            (Request::get("/events?after=x"), 400),
            (Request::get("/board?after=0"), 200),
            (Request::new("PUT", "/events?after=0"), 405),
            (Request::get("/nothing?after=0"), 404),
        ];
        for (request, status) in requests {
            let what = format!("{} {}", request.method, request.target);
            let (answer, took) = server.answer(request).await;
            assert_eq!((answer.status, took), (status, AT_ONCE), "{what}");
        }
    });
}

#[test]
fn a_server_that_stops_answers_those_who_wait() {
    harness::run("a server that stops", async {
        let board = board(10, 10);
        let server = Server::of(&board);
        let asked = server.ask(Request::get("/events?after=0"));
        sleep(SECOND).await;
        drop(server.stop);
        let (answer, took) = asked.await.expect("no panic");
        let answer = answer.expect("an answer");
        assert_eq!(body(&answer), r#"{"events":[],"next":0}"#);
        assert!(answer.headers.has_token("Connection", "close"));
        assert_eq!(took, SECOND + RTT / 2);
        server.task.await.expect("the server has ended");
        assert_eq!(board.census().waiting, 0);
    });
}
