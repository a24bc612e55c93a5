//! What a window of a chat's page would do.

use connection::{Config, Connection, Message, Role, WebSocket, Writer};
use frames::MaskingKey;
use handshake::{Offer, Opened};
use raw_http::Limits;
use tokio::task::JoinHandle;
use wiretap::{Dial as _, LinkDialer, LinkStream};

/// A window's WebSocket. Dropped, its connection ends without a word.
pub(super) struct Window(Writer<LinkStream>, JoinHandle<()>);

impl Window {
    /// Opens one. What it hears is in the recording.
    pub(super) async fn open(dialer: &LinkDialer) -> Self {
        let offer = Offer::new(&"ws://lab.example/chat".parse().expect("a URL"));
        let io = dialer.dial().await.expect("a connection");
        let nonce = *b"the sample nonce";
        let opened = handshake::connect(io, &Limits::default(), offer, nonce).await;
        let Opened { io, rest, .. } = opened.expect("a handshake");
        let config = Config {
            masking_key: || MaskingKey([0x37, 0xfa, 0x21, 0x3d]),
            ..Config::default()
        };
        let client = Connection::new(Role::Client, config);
        let (mut reader, writer) = WebSocket::new(io, client, rest).split();
        let reading =
            tokio::spawn(async move { while reader.read().await.is_some() {} });
        Self(writer, reading)
    }

    /// Says something, as it is.
    pub(super) async fn tell(&mut self, text: String) {
        let Self(writer, _) = self;
        let sent = writer.send(Message::Text(text.into())).await;
        sent.expect("it is open");
        writer.flush().await.expect("it is open");
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.1.abort();
    }
}
