//! The lab of chapter 4: a stream behind an intermediary that does as it is told.

use std::time::Duration;

use http_streaming::{EventStream, Message};
use long_polling::WaitingBoard;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const LONG: Duration = Duration::from_secs(3600);

async fn follow(lab: &Running, after: u64) -> EventStream<TcpStream> {
    let host = lab.address.to_string();
    let stream = EventStream::follow(&Tcp(lab.address), &host, Some(after), LONG).await;
    stream.expect("a stream")
}

async fn event(stream: &mut EventStream<TcpStream>) -> u64 {
    match stream.next().await {
        Ok(Some(Message::Event(event))) => event.seq,
        surprise => panic!("{surprise:?}"),
    }
}

async fn order(lab: &Running, fields: &str) {
    let order = format!("{{\"drop_fin\":false{fields}}}");
    let (status, text) = lab.act("faults", &order).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{text}");
}

#[test]
fn a_stream_is_held_back_until_the_proxy_is_told_otherwise() {
    run("the lab of chapter 4 holds back", async {
        let lab = Running::start(&Labs::default(), "04", "chapter").await;
        let mut stream = follow(&lab, 0).await;
        assert_eq!(lab.act("publish", "one").await.0, StatusCode::OK);
        assert_eq!(event(&mut stream).await, 1);
        order(&lab, ",\"hold\":1000").await;
        assert_eq!(lab.act("publish", "two").await.0, StatusCode::OK);
        let mut news = lab.follow().await;
        news.until("the proxy gathers 1000 bytes").await;
        news.until("event 2 published").await;
        assert!(
            !news.html.contains("two"),
            "it is in the proxy: {}",
            news.html
        );
        order(&lab, "").await;
        assert_eq!(event(&mut stream).await, 2);
        news.until("the proxy passes everything on").await;
        news.until("two").await;
    });
}

#[test]
fn a_silent_stream_is_cut_unless_something_is_said() {
    run("the lab of chapter 4 cuts", async {
        let lab = Running::start(&Labs::default(), "04", "chapter").await;
        order(&lab, ",\"cut_when_idle_ms\":500").await;
        let mut cut = follow(&lab, 0).await;
        assert!(cut.next().await.is_err(), "half an answer");
        // No more often than each half second, whatever is asked for.
        order(&lab, ",\"cut_when_idle_ms\":1500,\"keep_alive_ms\":1").await;
        let host = lab.address.to_string();
        let tcp = Tcp(lab.address);
        let answer = http_streaming::open(&tcp, &host, "/stream?after=0").await;
        let mut answer = answer.expect("a head");
        for _ in 0..4 {
            let piece = answer.next().await.expect("it is not cut");
            assert_eq!(piece.expect("it goes on"), "\n");
        }
    });
}

#[test]
fn only_this_lab_has_a_proxy() {
    run("another lab is told to misbehave", async {
        let lab = Running::start(&Labs::default(), "02", "chapter").await;
        let (status, _) = lab.act("faults", "{\"drop_fin\":true}").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    });
}

/// A lab that asks the reader's server, and the board of that server.
async fn of_the_readers_server() -> (Running, WaitingBoard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let board = crate::labs::http_streaming_lab::Streamed::new().board;
    let handler = http_streaming::handler(board.clone(), LONG);
    let forever = std::future::pending();
    let config = raw_http::Config::default();
    tokio::spawn(http_streaming::serve(listener, handler, config, forever));
    let labs = Labs::new(Bounds {
        first_exercise_port: port - 4,
        ..Bounds::default()
    });
    (Running::start(&labs, "04", "mine").await, board)
}

#[test]
fn a_stream_of_the_readers_server_goes_the_same_way() {
    run("the reader's server of chapter 4 is followed", async {
        let (lab, board) = of_the_readers_server().await;
        let mut stream = follow(&lab, 0).await;
        assert_eq!(lab.act("publish", "to mine").await.0, StatusCode::OK);
        assert_eq!(event(&mut stream).await, 1);
        assert_eq!(board.board().last(), 1, "it is the reader's board");
    });
}

#[test]
fn a_chunk_of_the_readers_server_stays_one() {
    run("the relay does not cut", async {
        let (lab, board) = of_the_readers_server().await;
        let mut io = TcpStream::connect(lab.address)
            .await
            .expect("the lab listens");
        let host = lab.address;
        let request = format!("GET /stream?after=0 HTTP/1.1\r\nHost: {host}\r\n\r\n");
        io.write_all(request.as_bytes()).await.expect("it is open");
        hear_until(&mut io, "\r\n\r\n").await;
        for n in 0..100 {
            board.append("something happened");
            let chunk = hear_until(&mut io, "}\n\r\n").await;
            assert_eq!(chunk.matches("\r\n").count(), 2, "event {n}: {chunk:?}");
        }
    });
}

async fn hear_until(io: &mut TcpStream, end: &str) -> String {
    let mut heard = Vec::new();
    while !heard.ends_with(end.as_bytes()) {
        let read = io.read_buf(&mut heard).await.expect("it is open");
        assert!(read > 0, "it goes on");
    }
    String::from_utf8(heard).expect("it is text")
}
