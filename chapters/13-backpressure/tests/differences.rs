//! What others do, with their versions.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::{sleep, timeout};
use wiretap::{Dial, Link, LinkListener, LinkStream, Listen, Recorder, harness};

/// A link's listener in the form of axum's.
struct Listening(LinkListener);

impl axum::serve::Listener for Listening {
    type Io = LinkStream;
    type Addr = ();

    async fn accept(&mut self) -> (LinkStream, ()) {
        match self.0.accept().await {
            Ok(io) => (io, ()),
            Err(_) => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn axum_serve_0_8_9_waits_for_a_head_for_ever() {
    harness::run("half a request line, and then a day", async {
        let (dialer, listener) = Link::new().network(&Recorder::new("axum"));
        let app: Router = Router::new().route("/", get(async || "the page"));
        tokio::spawn(async {
            let _ = axum::serve(Listening(listener), app).await;
        });
        let mut io = dialer.dial().await.expect("a server");
        io.write_all(b"GET / HT").await.expect("it reads");
        let mut byte = [0; 1];
        let day = Duration::from_secs(24 * 60 * 60);
        assert!(
            timeout(day, io.read(&mut byte)).await.is_err(),
            "not closed"
        );
        // And after a day the rest of the request is answered.
        io.write_all(b"TP/1.1\r\nHost: a.test\r\n\r\n")
            .await
            .expect("open");
        let mut answer = [0; 12];
        io.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 200");
    });
}

#[test]
fn hyper_1_12_waits_for_who_reads_no_answer_for_ever() {
    harness::run("a page of a MiB, and then a day", async {
        let (mut io, far) = duplex(1 << 10);
        tokio::spawn(async {
            let app: Router = Router::new().route("/", get("x".repeat(1 << 20)));
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(far), TowerToHyperService::new(app))
                .await;
            served.expect("nothing was wrong");
        });
        let request = b"GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
        io.write_all(request).await.expect("it reads");
        sleep(Duration::from_secs(24 * 60 * 60)).await;
        let mut answer = Vec::new();
        io.read_to_end(&mut answer).await.expect("an answer");
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        assert!(answer.len() > 1 << 20, "all of it");
    });
}

#[test]
fn tungstenite_0_29_reads_into_128_kib() {
    let config = tungstenite::protocol::WebSocketConfig::default();
    assert_eq!(config.read_buffer_size, 128 << 10);
}
