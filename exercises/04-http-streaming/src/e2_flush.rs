//! A server tells events as they happen, each as one line in a chunk of its own. It works
//! in every demonstration. In production its users say that nothing comes for minutes, and
//! then ten events at once; at night, when little happens, it is worst.
//!
//! Find out why, and repair `tell`:
//!
//! * the head arrives at once, whether something happens or not;
//! * an event that happens is on its way before the next one is waited for;
//! * events that are there already, such as ten that have gathered, are written together.
//!   The `BufWriter` is there for a reason: a write for each of them is a system call for
//!   each of them, and a packet. So do not take it away.
//!
//! `events` gives the next event when it happens, and `None` when there will be none; then
//! the body ends as it should.
//!
//! When it works, `cargo run -p ex04-http-streaming` streams with your `tell`, and the lab
//! of this chapter can follow it. It can also follow it now, and wait in vain.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt, BufWriter};
use tokio::sync::mpsc::Receiver;

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\n\
    Content-Type: application/x-ndjson\r\n\
    Transfer-Encoding: chunked\r\n\
    Connection: close\r\n\
    \r\n";

/// Writes the head, then each event as a line, then the end.
pub async fn tell<W>(mut events: Receiver<String>, client: W) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut client = BufWriter::new(client);
    client.write_all(HEAD).await?;
    while let Some(event) = events.recv().await {
        let chunk = format!("{:x}\r\n{event}\n\r\n", event.len() + 1);
        client.write_all(chunk.as_bytes()).await?;
    }
    client.write_all(b"0\r\n\r\n").await?;
    client.flush().await
}
