//! Flush when you are about to wait: then all that is there is on its way, and what was
//! there together went together.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt, BufWriter};
use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\n\
    Content-Type: application/x-ndjson\r\n\
    Transfer-Encoding: chunked\r\n\
    Connection: close\r\n\
    \r\n";

/// Writes the head, then each event as a line, then the end.
///
/// # Errors
///
/// When the client cannot be written to.
pub async fn tell<W>(mut events: Receiver<String>, client: W) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut client = BufWriter::new(client);
    client.write_all(HEAD).await?;
    loop {
        let event = match events.try_recv() {
            Ok(event) => event,
            Err(TryRecvError::Disconnected) => break,
            Err(TryRecvError::Empty) => {
                client.flush().await?;
                match events.recv().await {
                    Some(event) => event,
                    None => break,
                }
            }
        };
        let chunk = format!("{:x}\r\n{event}\n\r\n", event.len() + 1);
        client.write_all(chunk.as_bytes()).await?;
    }
    client.write_all(b"0\r\n\r\n").await?;
    client.flush().await
}
