//! One connection of a client.

use std::time::Duration;

use connection::{Closed, Event, Message, Reader, WebSocket, Writer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::state::State;

/// A connection that is open.
pub(super) struct Open<Io> {
    reader: Reader<Io>,
    writer: Writer<Io>,
    since: Instant,
    /// How it came to its end, as far as that is known.
    end: Option<Closed>,
}

impl<Io> Open<Io> {
    pub(super) fn new(websocket: WebSocket<Io>) -> Self {
        let (reader, writer) = websocket.split();
        Self {
            reader,
            writer,
            since: Instant::now(),
            end: None,
        }
    }

    pub(super) fn lasted(&self) -> Duration {
        self.since.elapsed()
    }

    /// How it came to its end, in words.
    pub(super) fn end(&self) -> String {
        let end = self.end.as_ref().map(ToString::to_string);
        end.unwrap_or_else(|| "the connection is lost".to_owned())
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Open<Io> {
    /// Sends what is to be sent, and gives the next text that comes; `None` at the end.
    /// Safe to be dropped.
    pub(super) async fn exchange(&mut self, state: &mut State) -> Option<String> {
        loop {
            let text = state.to_send();
            let has_more = text.is_some();
            let message = Message::Text(text.unwrap_or_default().into());
            // It reads while it waits for room: a server that has much to say reads nothing
            // before that is said.
            tokio::select! {
                biased;
                // That it is closing, the reader tells.
                _ = self.writer.send(message), if has_more => state.sent(),
                () = state.due() => {}
                event = self.reader.read() => match event? {
                    Event::Message(Message::Text(text)) => return Some(text.into_owned()),
                    Event::Message(Message::Binary(_)) | Event::Ping(_) | Event::Pong(_) => {}
                    Event::Closed(closed) => self.end = Some(closed),
                },
            }
        }
    }
}
