//! A proxy between client and server: what it forwards, and what happens when it has less
//! patience than the server.

mod common;

use std::time::Duration;

use common::{RTT, SECOND, Server, board, numbers, page};
use long_polling::{long_poller, proxy};
use raw_http::{Client, Config, Request};
use short_polling::{Notice, PollError};
use tokio::time::{Instant, sleep};
use wiretap::{Link, LinkDialer, Recorder, harness};

/// A way to the server that leads through a proxy.
fn through_a_proxy(server: &Server, patience: Duration) -> Client<LinkDialer> {
    let (dialer, listener) = Link::new().rtt(RTT).network(&Recorder::new("a proxy"));
    let handler = proxy(server.dialer.clone(), "board.test", patience);
    let forever = std::future::pending();
    tokio::spawn(raw_http::serve(
        listener,
        handler,
        Config::default(),
        forever,
    ));
    Client::new(dialer, "proxy.test")
}

#[test]
fn rfc9110_15_6_5_a_proxy_that_gives_up_first_answers_504() {
    harness::run("a proxy without patience", async {
        let board = board(10, 10);
        let server = Server::of(&board);
        let mut client = through_a_proxy(&server, 20 * SECOND);
        let start = Instant::now();
        let answer = client.send(Request::get("/events?after=0")).await;
        let answer = answer.expect("an answer");
        assert_eq!(
            (answer.status, &answer.body[..]),
            (504, &b"no answer within 20 s\n"[..])
        );
        // A connection, the question, 20 s, and the answer.
        assert_eq!(start.elapsed(), RTT + RTT / 2 + 20 * SECOND + RTT / 2);
        // What it had asked for in vain is forgotten one transit later.
        sleep(RTT).await;
        assert_eq!((board.census().waiting, board.census().hung_up), (0, 1));
    });
}

#[test]
fn rfc6202_5_5_a_proxy_with_more_patience_is_not_noticed() {
    harness::run("a proxy with patience", async {
        let server = Server::of(&board(10, 10));
        let mut client = through_a_proxy(&server, 60 * SECOND);
        let start = Instant::now();
        let answer = client.send(Request::get("/events?after=0")).await;
        let page = page(&answer.expect("an answer"));
        assert_eq!((numbers(&page), page.next), (vec![], 0));
        // Two connections, two questions, 30 s, and two answers.
        assert_eq!(start.elapsed(), 4 * RTT + 30 * SECOND);
    });
}

#[test]
fn a_504_costs_a_wait_and_no_event() {
    harness::run("an event after a 504", async {
        let board = board(10, 10);
        let server = Server::of(&board);
        let client = through_a_proxy(&server, 20 * SECOND);
        let mut poller = long_poller(client, 0).resume_after(0);
        let failure = poller.next().await;
        let Notice::Failed { error, .. } = failure else {
            panic!("{failure:?}");
        };
        assert!(matches!(error, PollError::Status { status: 504, .. }));
        // While nobody asks.
        board.append("x");
        let notice = poller.next().await;
        assert!(matches!(notice, Notice::Event(event) if event.seq == 1));
    });
}

#[test]
fn a_hang_up_passes_through() {
    harness::run("a client that hangs up on a proxy", async {
        let board = board(10, 10);
        let server = Server::of(&board);
        let mut client = through_a_proxy(&server, 60 * SECOND);
        let asked =
            tokio::spawn(
                async move { client.send(Request::get("/events?after=0")).await },
            );
        sleep(SECOND).await;
        assert_eq!(board.census().waiting, 1);
        asked.abort();
        sleep(RTT + Duration::from_millis(2)).await;
        assert_eq!((board.census().waiting, board.census().hung_up), (0, 1));
    });
}

#[test]
fn rfc9110_15_6_3_a_server_that_is_not_there_is_502() {
    harness::run("a proxy to nowhere", async {
        let server = Server::of(&board(10, 10));
        let mut client = through_a_proxy(&server, 60 * SECOND);
        server.task.abort();
        sleep(SECOND).await;
        let answer = client.send(Request::get("/events?after=0")).await;
        assert_eq!(answer.expect("an answer").status, 502);
    });
}

#[test]
fn rfc9110_7_6_3_a_proxy_says_that_it_is_there() {
    harness::run("what a proxy forwards", async {
        let (dialer, listener) = Link::new().network(&Recorder::new("behind"));
        let echo = |request: Request| async move {
            raw_http::Response::text(
                200,
                request.headers.get("Via").unwrap_or("").to_owned(),
            )
        };
        let forever = std::future::pending();
        tokio::spawn(raw_http::serve(listener, echo, Config::default(), forever));
        let handler = proxy(dialer, "board.test", SECOND);
        let answer = raw_http::Handler::call(&handler, Request::get("/")).await;
        assert_eq!(answer.body, "1.1 proxy");
    });
}
