//! A connection that is a WebSocket.

use std::fmt;

use chat::protocol::Name;
use connection::{Closed, Config, Event, Message, Reader, WebSocket, Writer, connect};
use handshake::{Offer, WebSocketUrl};
use tokio::io::{AsyncRead, AsyncWrite};
use wiretap::Dial;

use super::connect::{ClientLine, Connect, Exchanged, Failure};
use crate::protocol::{ClientMessage, Hello, VERSION};

/// WebSockets at one URL, for somebody who says their name.
pub struct Sockets<D> {
    dialer: D,
    url: WebSocketUrl,
    name: Name,
    config: Config,
}

impl<D: Dial> Sockets<D> {
    /// Those at `url`, which is reached through `dialer`.
    pub fn new(dialer: D, url: WebSocketUrl, name: Name, config: Config) -> Self {
        Self {
            dialer,
            url,
            name,
            config,
        }
    }
}

impl<D: Dial> Connect for Sockets<D> {
    type Line = Socket<D::Io>;

    async fn connect(&self) -> Result<(Self::Line, String), Failure> {
        let socket = Socket::open(&self.dialer, &self.url, self.config.clone()).await?;
        let (version, name) = (VERSION, self.name.clone());
        let hello = ClientMessage::Hello(Hello { version, name });
        Ok((socket, hello.to_json()))
    }
}

impl<D> fmt::Debug for Sockets<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sockets")
            .field("url", &self.url)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A client's WebSocket.
#[derive(Debug)]
pub struct Socket<Io> {
    reader: Reader<Io>,
    writer: Writer<Io>,
    /// How it came to its end, as far as that is known.
    end: Option<Closed>,
}

impl<Io> Socket<Io> {
    /// One that is open.
    pub fn new(websocket: WebSocket<Io>) -> Self {
        let (reader, writer) = websocket.split();
        Self {
            reader,
            writer,
            end: None,
        }
    }

    /// How it came to its end: with which Close, for example. `None` before that, and if
    /// nobody knows.
    pub fn end(&self) -> Option<&Closed> {
        self.end.as_ref()
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Socket<Io> {
    /// Dials, and opens a WebSocket. It takes as long as the server likes.
    ///
    /// # Errors
    ///
    /// When no WebSocket came of it, for now.
    ///
    /// # Cancel safety
    ///
    /// To drop the future is to give the attempt up.
    pub async fn open<D: Dial<Io = Io>>(
        dialer: &D,
        url: &WebSocketUrl,
        config: Config,
    ) -> Result<Self, Failure> {
        let io = dialer.dial().await.map_err(temporary)?;
        let opened = connect(io, Offer::new(url), config).await;
        let (websocket, _agreed) = opened.map_err(temporary)?;
        Ok(Self::new(websocket))
    }
}

fn temporary(error: impl ToString) -> Failure {
    Failure::Temporary(error.to_string())
}

impl<Io> ClientLine for Socket<Io>
where
    Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    async fn exchange(&mut self, text: Option<String>) -> Exchanged {
        let has_text = text.is_some();
        let message = Message::Text(text.unwrap_or_default().into());
        tokio::select! {
            biased;
            // That it is closing, the reader tells.
            _ = self.writer.send(message), if has_text => Exchanged::Sent,
            heard = hear(&mut self.reader, &mut self.end) => heard,
        }
    }
}

/// The next text, or the end. Safe to be dropped.
async fn hear<Io: AsyncRead + AsyncWrite + Unpin>(
    reader: &mut Reader<Io>,
    end: &mut Option<Closed>,
) -> Exchanged {
    while let Some(event) = reader.read().await {
        match event {
            Event::Message(Message::Text(text)) => {
                return Exchanged::Heard(text.into_owned());
            }
            Event::Message(Message::Binary(_)) | Event::Ping(_) | Event::Pong(_) => {}
            Event::Closed(closed) => *end = Some(closed),
        }
    }
    let end = end.as_ref().map(ToString::to_string);
    let why = end.unwrap_or_else(|| "the connection is lost".to_owned());
    Exchanged::Over(Failure::Temporary(why))
}
