//! What a lab refuses, and when it ends by itself.

use raw_http::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// The status that `request` gets at the port of a lab of chapter 2 that is called
/// `host`.
async fn status(lab: &Running, host: &str, request: Request) -> u16 {
    let mut client = Client::new(Tcp(lab.address), host);
    client.send(request).await.expect("an answer").status
}

#[test]
fn the_port_answers_to_its_own_name_only() {
    run("wrong hosts are refused", async {
        let lab = Running::start(&Labs::default(), "02", "chapter").await;
        let own = lab.address.to_string();
        assert_eq!(status(&lab, &own, Request::get("/events")).await, 200);
        let port = lab.address.port();
        for host in [
            format!("evil.example:{port}"),
            format!("localhost:{port}"),
            "127.0.0.1".to_owned(),
            format!("{own}.evil.example"),
        ] {
            let got = status(&lab, &host, Request::get("/events")).await;
            assert_eq!(got, 403, "{host}");
        }
    });
}

#[test]
fn the_port_is_for_the_page_that_started_it() {
    run("other origins are refused", async {
        let lab = Running::start(&Labs::default(), "02", "chapter").await;
        let own = lab.address.to_string();
        let post = || Request::post("/events", "x");
        let from = |request: Request, origin: &str| request.header("Origin", origin);
        for origin in [
            "null",
            "http://evil.example",
            "http://localhost:4101",
            "https://localhost:4100",
            "http://localhost:4100.evil.example",
            "http://127.0.0.1:4100",
        ] {
            let got = status(&lab, &own, from(post(), origin)).await;
            assert_eq!(got, 403, "POST from {origin}");
            let get = Request::get("/events");
            let got = status(&lab, &own, from(get, origin)).await;
            assert_eq!(got, 403, "GET from {origin}");
        }
        let twice = from(from(post(), PAGE), PAGE);
        assert_eq!(status(&lab, &own, twice).await, 403, "two origins");
        assert_eq!(status(&lab, &own, post()).await, 403, "a POST from nowhere");
        assert_eq!(status(&lab, &own, from(post(), PAGE)).await, 201);
    });
}

#[test]
fn requests_beyond_the_rate_are_429() {
    run("a request is too many", async {
        let labs = Labs::new(Bounds {
            requests_per_second: 1,
            burst: 2,
            ..Bounds::default()
        });
        let lab = Running::start(&labs, "02", "chapter").await;
        assert_eq!(lab.get("/events").await.status, 200);
        loop {
            let response = lab.get("/events").await;
            if response.status == 429 {
                assert_eq!(response.headers.get("Retry-After"), Some("1"));
                break;
            }
        }
        // Acts through the API draw on the same rate.
        while lab.act("publish", "x").await.0 != StatusCode::TOO_MANY_REQUESTS {}
    });
}

/// Reads all of an empty board: what stays unread makes the end a reset.
async fn read_answer(io: &mut TcpStream) {
    let mut answer = Vec::new();
    while !answer.ends_with(b"\"next\":0}") {
        assert!(io.read_buf(&mut answer).await.expect("an answer") > 0);
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
}

#[test]
fn connections_beyond_the_limit_wait() {
    run("the second connection waits for the first to end", async {
        let labs = Labs::new(Bounds {
            connections: 1,
            ..Bounds::default()
        });
        let lab = Running::start(&labs, "02", "chapter").await;
        let mut first = TcpStream::connect(lab.address).await.expect("connected");
        let mut second = TcpStream::connect(lab.address).await.expect("connected");
        let request = format!("GET /board HTTP/1.1\r\nHost: {}\r\n\r\n", lab.address);
        second.write_all(request.as_bytes()).await.expect("written");
        first.write_all(request.as_bytes()).await.expect("written");
        read_answer(&mut first).await;
        drop(first);
        read_answer(&mut second).await;

        let mut news = lab.follow().await;
        news.until("data-part=\"open\" data-from=\"client\" data-connection=\"2\"")
            .await;
        let ended = "data-part=\"end\" data-from=\"client\" data-connection=\"1\"";
        let end = news.html.find(ended).expect("the first has ended");
        let opened = news.html.rfind("data-part=\"open\"").expect("two opened");
        assert!(
            end < opened,
            "the second was taken too early: {}",
            news.html
        );
    });
}

#[test]
fn a_lab_stops_by_itself_after_its_time() {
    run("the time is over", async {
        let labs = Labs::new(Bounds {
            running_time: Duration::from_millis(100),
            ..Bounds::default()
        });
        let lab = Running::start(&labs, "01", "chapter").await;
        let why = lab.follow().await.until_the_end().await;
        assert!(why.starts_with("Stopped by itself after "), "{why}");
        lab.listens_no_more().await;
    });
}

#[test]
fn a_lab_that_nobody_follows_ends() {
    run("the lab is left alone", async {
        let labs = Labs::new(Bounds {
            unattended: Duration::from_millis(100),
            ..Bounds::default()
        });
        let lab = Running::start(&labs, "01", "chapter").await;
        let session = labs.find(&lab.id).expect("it runs");
        let mut status = session.status.subscribe();
        let news = lab.follow().await;
        drop(news);
        let status = status.wait_for(|status| status.ended.is_some()).await;
        let ended = status.expect("its status").ended;
        assert_eq!(ended, Some(crate::labs::status::Ended::Unattended));
    });
}

#[test]
fn only_so_many_labs_run_at_a_time() {
    run("one lab is too many", async {
        let labs = Labs::default();
        let mut running = Vec::new();
        for _ in 0..crate::labs::MOST_SESSIONS {
            running.push(Running::start(&labs, "01", "chapter").await);
        }
        let start = r#"{"target":"chapter"}"#;
        let again = || act(&running[0].router, "POST", "/-/labs/01/start", start);
        let (status, text) = again().await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(text.contains("Stop one"), "{text}");

        let mut news = running[1].follow().await;
        running[1].act("stop", "").await;
        news.until_the_end().await;
        assert_eq!(again().await.0, StatusCode::OK, "there is room again");
    });
}
