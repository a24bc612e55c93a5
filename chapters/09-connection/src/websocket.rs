//! A connection on a stream.

use std::sync::Arc;

use crate::connection::Connection;
use crate::event::{Closed, Event};
use crate::reader::Reader;
use crate::shared::Shared;
use crate::writer::{Closer, Writer};

/// A WebSocket on a stream: anything that reads and writes, TCP, TLS, or what hyper gives
/// away after an upgrade.
///
/// It is used as two halves:
///
/// ```
/// # use connection::{Event, SendError, WebSocket};
/// # async fn repeat<Io>(websocket: WebSocket<Io>) -> Result<(), SendError>
/// # where Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin {
/// let (mut reader, mut writer) = websocket.split();
/// while let Some(event) = reader.read().await {
///     if let Event::Message(message) = event {
///         writer.send(message).await?;
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct WebSocket<Io> {
    reader: Reader<Io>,
    writer: Writer<Io>,
}

impl<Io> WebSocket<Io> {
    /// Takes a stream over after the handshake. `rest` is what was read behind its end: the
    /// first frames.
    pub fn new(io: Io, connection: Connection, rest: impl Into<Vec<u8>>) -> Self {
        let shared = Arc::new(Shared::new(io, connection));
        Self {
            reader: Reader::new(Arc::clone(&shared), rest.into()),
            writer: Writer { shared },
        }
    }

    /// The half that receives and the half that sends. They may live in one task or in two.
    /// The stream is closed when both are dropped; let the reader come to its end first, to
    /// `None`: without it, nothing can be sent.
    pub fn split(self) -> (Reader<Io>, Writer<Io>) {
        (self.reader, self.writer)
    }

    /// A way to close the connection from elsewhere.
    pub fn closer(&self) -> Closer<Io> {
        self.writer.closer()
    }
}

/// Sends every message back as it came, until the end; gives how that came about.
///
/// # Cancel safety
///
/// To drop it is to drop the connection.
pub async fn echo<Io>(websocket: WebSocket<Io>) -> Option<Closed>
where
    Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let (mut reader, mut writer) = websocket.split();
    let mut end = None;
    while let Some(event) = reader.read().await {
        match event {
            Event::Message(message) => {
                // If it cannot be sent, the connection is closing, and the
                // reader will say so.
                let _ = writer.send(message).await;
            }
            Event::Ping(_) | Event::Pong(_) => {}
            Event::Closed(closed) => end = Some(closed),
        }
    }
    end
}
