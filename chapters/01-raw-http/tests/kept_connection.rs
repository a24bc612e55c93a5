//! A kept connection that is not what it seems: closed, or with an answer on it that
//! nobody asked for.

#[path = "common/link.rs"]
mod link;

use std::time::Duration;

use link::{GET_LENGTH, actor, network};
use raw_http::{ClientError, Request, ResponseError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiretap::{Ledger, Listen, Recorder, harness};

/// An answer with a body of one byte.
macro_rules! answer {
    ($body:literal) => {
        concat!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", $body)
    };
}

#[test]
fn a_connection_that_is_seen_to_be_closed_is_not_used() {
    harness::run(
        "a server that closes after each answer, and says nothing",
        async {
            let recorder = Recorder::new("closed");
            let (mut client, listener) = network(&recorder);
            let server = actor(listener, [answer!("1"), answer!("2")]);
            client.send(Request::get("/")).await.unwrap();
            // A POST is never tried again: what is answered here was sent once.
            let answer = client.send(Request::post("/", "x")).await.unwrap();
            assert_eq!(answer.body, "2");
            assert_eq!(Ledger::of(&recorder.transcript()).connections, 2);
            server.await.unwrap();
        },
    );
}

/// A server that keeps the connection after its first answer, and closes it when the
/// second request arrives, without a byte of an answer.
fn closes_on_second(request: Request, last_words: &'static str) -> (u64, String) {
    harness::run("a connection closed on the second request", async move {
        let recorder = Recorder::new("closed on the second request");
        let (mut client, mut listener) = network(&recorder);
        let server = tokio::spawn(async move {
            let mut io = listener.accept().await.unwrap();
            let mut head = [0; GET_LENGTH];
            io.read_exact(&mut head).await.unwrap();
            io.write_all(answer!("1").as_bytes()).await.unwrap();
            io.read_u8().await.unwrap();
            io.write_all(last_words.as_bytes()).await.unwrap();
            drop(io);
            let mut io = listener.accept().await.unwrap();
            io.read_u8().await.unwrap();
            io.write_all(answer!("2").as_bytes()).await.unwrap();
        });
        client.send(Request::get("/")).await.unwrap();
        let outcome = client.send(request).await;
        server.abort();
        let connections = Ledger::of(&recorder.transcript()).connections;
        let text = match outcome {
            Ok(answer) => String::from_utf8(answer.body.to_vec()).unwrap(),
            Err(error) => error.to_string(),
        };
        (connections, text)
    })
}

#[test]
fn rfc9112_9_5_an_idempotent_request_is_tried_once_more() {
    let (connections, text) = closes_on_second(Request::get("/"), "");
    assert_eq!((connections, text.as_str()), (2, "2"));
    let put = Request {
        method: "PUT".to_owned(),
        ..Request::post("/", "hello")
    };
    assert_eq!(closes_on_second(put, ""), (2, "2".to_owned()));
}

#[test]
fn rfc9110_9_2_2_a_post_is_never_sent_twice() {
    let (connections, text) = closes_on_second(Request::post("/", "pay"), "");
    assert_eq!(connections, 1);
    assert_eq!(text, "the server closed without an answer");
}

#[test]
fn rfc9112_9_5_a_request_whose_answer_has_begun_is_not_sent_again() {
    let (connections, text) = closes_on_second(Request::get("/"), "HTTP/1.1 2");
    assert_eq!(connections, 1);
    assert_eq!(text, "the server closed in the middle of its answer");
}

#[test]
fn rfc9112_9_5_an_interim_answer_is_an_answer_begun() {
    let interim = "HTTP/1.1 102 Processing\r\n\r\n";
    let (connections, text) = closes_on_second(Request::get("/"), interim);
    assert_eq!(connections, 1);
    assert_eq!(text, "the server closed in the middle of its answer");
}

#[test]
fn rfc9112_9_5_a_fresh_connection_is_tried_once() {
    harness::run("a server that closes every connection", async {
        let recorder = Recorder::new("closed at once");
        let (mut client, listener) = network(&recorder);
        let server = actor(listener, ["", ""]);
        let error = client.send(Request::get("/")).await.unwrap_err();
        let missing = ClientError::Response(ResponseError::Missing);
        assert_eq!(error.to_string(), missing.to_string());
        assert_eq!(Ledger::of(&recorder.transcript()).connections, 1);
        server.abort();
    });
}

#[test]
fn rfc9112_6_3_bytes_after_an_answer_end_the_connection() {
    // Were the connection kept, they would be taken for the answer to the next request.
    harness::run("an answer with something after it", async {
        let recorder = Recorder::new("too much");
        let (mut client, listener) = network(&recorder);
        let forged = concat!(answer!("1"), answer!("9"));
        let server = actor(listener, [forged, answer!("2")]);
        for body in ["1", "2"] {
            let answer = client.send(Request::get("/")).await.unwrap();
            assert_eq!(answer.body, body);
        }
        server.abort();
    });
}

#[test]
fn rfc9112_9_2_an_answer_that_nobody_asked_for_is_not_taken() {
    harness::run("a server that speaks first", async {
        let recorder = Recorder::new("a server that speaks first");
        let (mut client, mut listener) = network(&recorder);
        let server = tokio::spawn(async move {
            let answer =
                |body| format!("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{body}");
            for (asked, unasked) in [("1st.", "news"), ("2nd.", "")] {
                let mut io = listener.accept().await.unwrap();
                io.read_exact(&mut [0; GET_LENGTH]).await.unwrap();
                io.write_all(answer(asked).as_bytes()).await.unwrap();
                tokio::time::sleep(Duration::from_secs(1)).await;
                io.write_all(answer(unasked).as_bytes()).await.unwrap();
            }
        });
        let answer = client.send(Request::get("/")).await.unwrap();
        assert_eq!(answer.body, "1st.");
        tokio::time::sleep(Duration::from_secs(2)).await;
        // To take what waits on the kept connection for the answer would be to answer
        // this question with the news.
        let answer = client.send(Request::get("/")).await.unwrap();
        assert_eq!(answer.body, "2nd.");
        assert_eq!(Ledger::of(&recorder.transcript()).connections, 2);
        server.abort();
    });
}

#[test]
fn rfc9112_9_5_a_connection_with_half_a_request_on_it_is_not_used() {
    harness::run("an early answer that says nothing of closing", async {
        let recorder = Recorder::new("early");
        let (mut client, mut listener) = network(&recorder);
        let server = tokio::spawn(async move {
            let mut early = listener.accept().await.unwrap();
            early.read_u8().await.unwrap();
            early.write_all(answer!("1").as_bytes()).await.unwrap();
            let mut next = listener.accept().await.unwrap();
            next.read_u8().await.unwrap();
            next.write_all(answer!("2").as_bytes()).await.unwrap();
            (early, next)
        });
        // More than the link holds: some of it is left when the answer is there.
        let large = Request::post("/", vec![b'a'; 1 << 20]);
        assert_eq!(client.send(large).await.unwrap().body, "1");
        assert_eq!(client.send(Request::get("/")).await.unwrap().body, "2");
        server.await.unwrap();
    });
}
