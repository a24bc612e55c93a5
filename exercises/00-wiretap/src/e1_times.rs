//! A client and a server are joined by a link whose round-trip time is 100 ms. `scenario`
//! is all that happens: the client connects, asks, and reads the answer; the server needs
//! 20 ms to look the answer up. The link has no limit on its bandwidth, so bytes that are
//! written together arrive together.
//!
//! Read `scenario`, and write into `prediction` what its transcript says *before you run
//! anything*: when each part leaves and arrives, counted in milliseconds from the moment at
//! which the client begins to connect, and how many bytes it has on the wire.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiretap::{Dial, Link, Listen, Recorder};

/// What you expect the transcript to say.
pub struct Prediction {
    /// When the first byte of the request leaves the client.
    pub request_leaves_ms: u64,
    /// How many bytes the request has; all of them are its head.
    pub request_bytes: u64,
    /// When the request has arrived at the server.
    pub request_arrives_ms: u64,
    /// When the first byte of the answer leaves the server.
    pub answer_leaves_ms: u64,
    /// When the answer has arrived at the client.
    pub answer_arrives_ms: u64,
    /// How many bytes of the answer are its head.
    pub answer_head_bytes: u64,
    /// How many bytes of the answer are its body.
    pub answer_body_bytes: u64,
}

/// Your prediction.
pub fn prediction() -> Prediction {
    todo!("write down what the transcript of `scenario` says, before you run it")
}

/// What happens. Nothing to change here.
pub async fn scenario(recorder: &Recorder) -> io::Result<()> {
    let link = Link::new().rtt(Duration::from_millis(100));
    let (dialer, listener) = link.network(recorder);
    tokio::try_join!(client(dialer), server(listener))?;
    Ok(())
}

async fn client(dialer: impl Dial) -> io::Result<()> {
    let mut stream = dialer.dial().await?;
    let request = ["GET /board HTTP/1.1", "Host: board.test", ""];
    stream.write_all(&lines(&request)).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(())
}

async fn server(mut listener: impl Listen) -> io::Result<()> {
    let mut stream = listener.accept().await?;
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_buf(&mut request).await?;
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    let head = ["HTTP/1.1 200 OK", "Content-Length: 5", ""];
    stream
        .write_all(&[&lines(&head), &b"hello"[..]].concat())
        .await
}

/// Each line with the line end of HTTP.
fn lines(lines: &[&str]) -> Vec<u8> {
    let ended = lines.iter().map(|line| format!("{line}\r\n"));
    ended.collect::<String>().into_bytes()
}
