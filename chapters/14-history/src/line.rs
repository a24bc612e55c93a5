//! What a session talks through.

use std::fmt;

use bytes::Bytes;
use connection::{
    CloseCode, Connection, Event, Message, Reader, SendError, WebSocket, Writer,
};
use tokio::io::{AsyncRead, AsyncWrite};

/// One client's connection, whatever it is made of: texts in their order, both ways.
///
/// Whoever listens or tells drives it: what has been [told](Self::tell) leaves at the
/// latest while [`hear`](Self::hear) waits.
pub trait Line: Send + 'static {
    /// The next text; `None` when nothing more is heard. What is no text is the line's own
    /// affair: it closes, with 1003.
    ///
    /// # Cancel safety
    ///
    /// Safe: no text is lost when it is dropped.
    fn hear(&mut self) -> impl Future<Output = Option<String>> + Send;

    /// Takes a message to be sent; waits while there is no room for it.
    ///
    /// # Errors
    ///
    /// When the line is closing, or its peer is gone.
    ///
    /// # Cancel safety
    ///
    /// Safe: if it is dropped, nothing is taken of the message, or all of it is.
    fn tell(&mut self, told: &Told) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Begins to close, with a code of RFC 6455 §7.4 and at most 123 bytes of reason. What
    /// was taken before is still sent, and nothing after it. One that is closing already
    /// keeps to its first words.
    fn close(&mut self, code: u16, reason: &str);

    /// Waits until the line has ended: until the peer has been told what was to be told,
    /// or is gone. What it says meanwhile is not heard.
    ///
    /// # Cancel safety
    ///
    /// Safe: it may be called again.
    fn end(&mut self) -> impl Future<Output = ()> + Send {
        async { while self.hear().await.is_some() {} }
    }
}

/// Nothing more can be told: the line is closing, or its peer is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the line is closing")
    }
}

impl std::error::Error for Gone {}

impl From<SendError> for Gone {
    fn from(_: SendError) -> Self {
        Self
    }
}

/// What a client is told, encoded once for all who are told it. A clone shares its memory.
#[derive(Debug, Clone)]
pub struct Told(Bytes);

impl Told {
    /// Of a message's JSON.
    pub fn new(json: &str) -> Self {
        Self(Connection::encode(&Message::Text(json.into())))
    }

    /// As a server's frame: [`Writer::feed_encoded`] takes it.
    pub fn frame(&self) -> &Bytes {
        &self.0
    }

    /// The message alone, in the same memory. It is UTF-8.
    pub fn payload(&self) -> Bytes {
        // RFC 6455 §5.2: how long the header is stands in its second byte.
        let header = match self.0[1] {
            126 => 4,
            127 => 10,
            _ => 2,
        };
        self.0.slice(header..)
    }
}

/// Chapter 9's WebSocket as a line.
#[derive(Debug)]
pub struct WebSocketLine<Io> {
    reader: Reader<Io>,
    writer: Writer<Io>,
}

impl<Io> From<WebSocket<Io>> for WebSocketLine<Io> {
    fn from(websocket: WebSocket<Io>) -> Self {
        let (reader, writer) = websocket.split();
        Self { reader, writer }
    }
}

impl<Io: AsyncRead + AsyncWrite + Send + Unpin + 'static> Line for WebSocketLine<Io> {
    async fn hear(&mut self) -> Option<String> {
        loop {
            match self.reader.read().await? {
                Event::Message(Message::Text(text)) => return Some(text.into_owned()),
                Event::Message(Message::Binary(_)) => {
                    self.close(1003, "the chat's messages are text");
                }
                Event::Ping(_) | Event::Pong(_) => {}
                Event::Closed(_) => return None,
            }
        }
    }

    async fn tell(&mut self, told: &Told) -> Result<(), Gone> {
        Ok(self.writer.feed_encoded(told.frame()).await?)
    }

    fn close(&mut self, code: u16, reason: &str) {
        let code = CloseCode::new(code).unwrap_or(CloseCode::PROTOCOL_ERROR);
        // One that is closing already need not be told.
        let _ = self.writer.close(code, reason);
    }

    /// Our Close is still to be written, and the peer's to be read.
    async fn end(&mut self) {
        while self.reader.read().await.is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_what_stands_behind_the_header() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            let json = "x".repeat(length);
            let told = Told::new(&json);
            assert_eq!(told.payload(), json, "{length} bytes");
            assert!(told.frame().ends_with(json.as_bytes()));
        }
    }
}
