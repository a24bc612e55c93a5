//! The same traffic to the server that the reader is writing.

use raw_http::Config;
use server_sent_events::{EventSource, Notice, Options};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::labs::{server_sent_events_lab, short_polling_lab};

/// A free port of loopback, with a listener on it.
async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

/// Labs that take what listens on `port` for the reader's server of chapter 2.
fn labs(port: u16) -> Labs {
    Labs::new(Bounds {
        first_exercise_port: port - 2,
        ..Bounds::default()
    })
}

#[test]
fn what_is_forwarded_reaches_the_readers_server() {
    run("the reader's server is polled", async {
        let (listener, port) = listener().await;
        let over = CancellationToken::new();
        let board = short_polling_lab::board();
        let config = Config::default();
        let server = short_polling::serve(
            listener,
            board.clone(),
            config,
            over.clone().cancelled_owned(),
        );
        let server = tokio::spawn(server);
        let labs = labs(port);
        let (_, mine) = act(&labs.router(), "GET", "/-/labs/02/mine", "").await;
        assert!(mine.contains("\"running\":true"), "{mine}");

        let lab = Running::start(&labs, "02", "mine").await;
        assert_eq!(
            lab.act("publish", "to mine").await,
            (StatusCode::OK, "1".into())
        );
        assert_eq!(board.last(), 1, "it is the reader's board");
        let page = lab.get("/events?after=0").await;
        assert!(page.body.ends_with(br#""next":1}"#), "{page:?}");
        let allowed = page.headers.get("Access-Control-Allow-Origin");
        assert_eq!(allowed, Some(PAGE), "added on the way back");

        let mut news = lab.follow().await;
        news.until("GET /events?after=0 HTTP/1.1").await;
        news.until(&format!("Host: 127.0.0.1:{port}\\r\\n")).await;
        news.until("HTTP/1.1 200 OK").await;
        assert!(
            !news.html.contains("Access-Control"),
            "not the reader's doing"
        );
        over.cancel();
        server.await.expect("no panic");
    });
}

#[test]
fn bytes_by_hand_reach_the_readers_server() {
    run("the reader's server of chapter 1 gets bytes", async {
        let (listener, port) = listener().await;
        let config = Config::default();
        let answer = |_: raw_http::Request| async { Response::text(200, "mine") };
        tokio::spawn(raw_http::serve(
            listener,
            answer,
            config,
            std::future::pending(),
        ));
        let labs = Labs::new(Bounds {
            first_exercise_port: port - 1,
            ..Bounds::default()
        });
        let lab = Running::start(&labs, "01", "mine").await;
        let order =
            r#"{"text":"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n","cut":"bytes"}"#;
        assert_eq!(lab.act("raw", order).await.0, StatusCode::NO_CONTENT);
        let mut news = lab.follow().await;
        news.until("HTTP/1.1 200 OK").await;
        news.until("mine").await;
        assert!(news.html.contains("GET / HTTP/1.1"), "{}", news.html);
    });
}

#[test]
fn a_server_that_does_not_run_is_explained() {
    run("the reader's server is missing", async {
        let (listener, port) = listener().await;
        drop(listener);
        let labs = labs(port);
        let router = labs.router();
        let start = r#"{"target":"mine"}"#;
        let (status, text) = act(&router, "POST", "/-/labs/02/start", start).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(text.contains(&format!("127.0.0.1:{port}")), "{text}");
        assert!(text.ends_with("cargo run -p ex02-short-polling"), "{text}");
        let (_, mine) = act(&router, "GET", "/-/labs/02/mine", "").await;
        assert!(mine.contains("\"running\":false"), "{mine}");
    });
}

#[test]
fn a_server_that_goes_away_is_explained_in_each_answer() {
    run("the reader's server ends while the lab runs", async {
        let (listener, port) = listener().await;
        let lab = Running::start(&labs(port), "02", "mine").await;
        drop(listener);
        let answer = lab.get("/events").await;
        assert_eq!(answer.status, 502);
        let text = String::from_utf8_lossy(&answer.body);
        assert!(text.contains("cargo run -p ex02-short-polling"), "{text}");
        let (status, _) = lab.act("publish", "x").await;
        assert_eq!(status, StatusCode::BAD_GATEWAY);
    });
}

#[test]
fn a_stream_of_the_readers_server_is_passed_on_as_it_comes() {
    run("the reader's server tells a stream", async {
        let (listener, port) = listener().await;
        let events = server_sent_events_lab::events();
        events.board().append("kick-off");
        let (config, forever) = (Config::default(), std::future::pending());
        let server =
            server_sent_events::serve(listener, events.clone(), config, forever);
        tokio::spawn(server);
        let labs = Labs::new(Bounds {
            first_exercise_port: port - 5,
            ..Bounds::default()
        });
        let lab = Running::start(&labs, "05", "mine").await;
        let base = lab.address.to_string();
        let target = "/stream?after=0";
        let options = Options::default();
        let mut reader = EventSource::new(Tcp(lab.address), base, target, options);
        assert!(matches!(reader.next().await, Some(Notice::Open)));
        for text in ["kick-off", "half time"] {
            let Some(Notice::Message(message)) = reader.next().await else {
                panic!("{text} is told");
            };
            assert_eq!(message.data, text);
            // The next one happens while this one's stream is open.
            assert_eq!(lab.act("publish", "half time").await.0, StatusCode::OK);
        }
        // What the reader's server and the lab said to each other, both ways.
        let mut news = lab.follow().await;
        news.until(&format!("Host: 127.0.0.1:{port}\\r\\n")).await;
        news.until("data: kick-off").await;
        assert_eq!(lab.act("cut", "").await.0, StatusCode::NO_CONTENT);
        let cut = reader.next().await;
        assert!(matches!(
            cut,
            Some(Notice::Message(_) | Notice::Interrupted { .. })
        ));
        assert_eq!(lab.act("end", "").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    });
}
