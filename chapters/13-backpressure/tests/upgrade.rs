//! What stands in the way of a WebSocket, and how a client is told.

mod common;

use backpressure::Limits;
use common::served;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiretap::{Dial, harness};

/// The head of the answer to a request for the chat, in lower case.
async fn answer_to(request: &str) -> String {
    let mut io = served(Limits::default()).dial().await.expect("a server");
    io.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(io.read_u8().await.expect("a head"));
    }
    String::from_utf8_lossy(&answer).to_lowercase()
}

#[test]
fn rfc9110_15_5_22_a_426_says_to_what() {
    harness::run("a request like any other", async {
        let answer = answer_to("GET /chat HTTP/1.1\r\nHost: chat.test\r\n\r\n").await;
        assert!(answer.starts_with("http/1.1 426 "), "{answer}");
        assert!(answer.contains("\r\nupgrade: websocket\r\n"), "{answer}");
    });
}

#[test]
fn rfc9110_15_5_6_a_405_says_what_is_allowed() {
    harness::run("a post", async {
        let head =
            "POST /chat HTTP/1.1\r\nHost: chat.test\r\nContent-Length: 0\r\n\r\n";
        let answer = answer_to(head).await;
        assert!(answer.starts_with("http/1.1 405 "), "{answer}");
        assert!(answer.contains("\r\nallow: get\r\n"), "{answer}");
    });
}
