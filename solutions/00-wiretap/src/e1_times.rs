//! The arrows, one by one: SYN and SYN-ACK take 50 ms each, so the connection is open at
//! 100 ms. The request leaves at once and arrives at 150; the answer leaves 20 ms later, at
//! 170, and arrives at 220. More than half of the time to the answer is spent before the
//! first byte of the request has arrived.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiretap::{Dial, Link, Listen, Recorder};

/// What the transcript says.
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

/// The prediction.
pub fn prediction() -> Prediction {
    Prediction {
        request_leaves_ms: 100,
        // 19 + 2 for the request line, 16 + 2 for the field, 2 for the empty line.
        request_bytes: 41,
        request_arrives_ms: 150,
        answer_leaves_ms: 170,
        answer_arrives_ms: 220,
        // 15 + 2, 17 + 2, 2.
        answer_head_bytes: 38,
        answer_body_bytes: 5,
    }
}

/// What happens.
///
/// # Errors
///
/// None on a link without faults.
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
