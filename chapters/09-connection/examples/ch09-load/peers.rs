//! The servers side by side: each says back what it hears.
//!
//! All but axum's are handed a socket whose handshake is over (see [`upgrade`]), since
//! what is measured begins after it.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::ops::ControlFlow;
use std::task::Poll;

use axum::Router;
use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{Message as AxumMessage, WebSocket as AxumWebSocket};
use axum::routing::any;
use axum::serve::ListenerExt;
use clap::ValueEnum;
use connection::{Config, Connection, WebSocket};
use fastwebsockets::{FragmentCollector, OpCode};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite_0_30::WebSocketStream;
use tokio_tungstenite_0_30::tungstenite::Message;
use tokio_tungstenite_0_30::tungstenite::protocol::{Role, WebSocketConfig};

/// The request of the section 1.3 sample, which the load client sends.
pub(crate) const REQUEST: &str = "GET / HTTP/1.1\r\n\
    Host: localhost\r\n\
    Upgrade: websocket\r\n\
    Connection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";

/// Its answer: always the same, since the key is.
const ANSWER: &str = "HTTP/1.1 101 Switching Protocols\r\n\
    Upgrade: websocket\r\n\
    Connection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// An echo server that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Peer {
    /// tokio-tungstenite 0.30 with its default settings, in the usual loop.
    Tungstenite,
    /// tokio-tungstenite 0.30, flushed when the next read would block.
    TungsteniteOneFlush,
    /// The same, with a read buffer of 4 KiB instead of 128 KiB.
    TungsteniteTuned,
    /// fastwebsockets 0.10, in the loop of its own example.
    Fastwebsockets,
    /// axum 0.8.9, in the loop of its documentation.
    Axum,
    /// This chapter's.
    Ours,
    /// No WebSocket at all: bytes are sent back as they come. Nobody can do with less.
    BareTcp,
}

impl Peer {
    pub(crate) const ALL: &[Self] = &[
        Self::Tungstenite,
        Self::TungsteniteOneFlush,
        Self::TungsteniteTuned,
        Self::Fastwebsockets,
        Self::Axum,
        Self::Ours,
        Self::BareTcp,
    ];

    /// What a column of a table is headed with.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tungstenite => "tungstenite",
            Self::TungsteniteOneFlush => "tungstenite, one flush",
            Self::TungsteniteTuned => "tungstenite, one flush, 4 KiB",
            Self::Fastwebsockets => "fastwebsockets",
            Self::Axum => "axum",
            Self::Ours => "ours",
            Self::BareTcp => "bare TCP",
        }
    }

    /// Echoes on every connection until it is dropped.
    pub(crate) async fn serve(self, listener: TcpListener) -> io::Result<()> {
        match self {
            Self::Tungstenite => accept(listener, tungstenite_usual).await,
            Self::TungsteniteOneFlush => {
                accept(listener, |stream| one_flush(stream, 128 * 1024)).await
            }
            Self::TungsteniteTuned => {
                accept(listener, |stream| one_flush(stream, 4 * 1024)).await
            }
            Self::Fastwebsockets => accept(listener, fastwebsockets).await,
            Self::Axum => axum(listener).await,
            Self::Ours => accept(listener, ours).await,
            Self::BareTcp => accept(listener, bare_tcp).await,
        }
    }
}

/// As the command line calls it.
impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no peer is hidden");
        f.write_str(value.get_name())
    }
}

/// Answers the load client's handshake, and then leaves the connection to `echo`.
async fn accept<E, F>(listener: TcpListener, echo: E) -> io::Result<()>
where
    E: Fn(TcpStream) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        let mut stream = listener.accept().await?.0;
        stream.set_nodelay(true)?;
        upgrade(&mut stream).await?;
        tokio::spawn(echo(stream));
    }
}

/// The load client's request is known to the byte, and so is the answer.
async fn upgrade(stream: &mut TcpStream) -> io::Result<()> {
    let mut head = [0; REQUEST.len()];
    stream.read_exact(&mut head).await?;
    stream.write_all(ANSWER.as_bytes()).await
}

/// The echo loop of tokio-tungstenite's own example: `send` flushes each message.
async fn tungstenite_usual(stream: TcpStream) {
    let mut websocket =
        WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    while let Some(Ok(message)) = websocket.next().await {
        if is_data(&message) && websocket.send(message).await.is_err() {
            return;
        }
    }
}

/// What tokio-tungstenite can do: messages are fed as long as there are any, and flushed
/// together when the next read would block.
async fn one_flush(stream: TcpStream, read_buffer: usize) {
    let config = WebSocketConfig::default().read_buffer_size(read_buffer);
    let role = Role::Server;
    let mut websocket =
        WebSocketStream::from_raw_socket(stream, role, Some(config)).await;
    while let ControlFlow::Continue(message) = next(&mut websocket).await {
        if is_data(&message) && websocket.feed(message).await.is_err() {
            return;
        }
    }
}

/// The next message. While there is none, what has been fed is flushed.
async fn next(websocket: &mut WebSocketStream<TcpStream>) -> ControlFlow<(), Message> {
    let received = poll_fn(|context| {
        let received = websocket.poll_next_unpin(context);
        // What the flush cannot write now, the task is woken for as well.
        if received.is_pending()
            && let Poll::Ready(Err(error)) = websocket.poll_flush_unpin(context)
        {
            return Poll::Ready(Some(Err(error)));
        }
        received
    });
    match received.await {
        Some(Ok(message)) => ControlFlow::Continue(message),
        Some(Err(_)) | None => ControlFlow::Break(()),
    }
}

fn is_data(message: &Message) -> bool {
    message.is_text() || message.is_binary()
}

/// The echo loop of fastwebsockets' own example.
async fn fastwebsockets(stream: TcpStream) {
    let role = fastwebsockets::Role::Server;
    let websocket = fastwebsockets::WebSocket::after_handshake(stream, role);
    let mut websocket = FragmentCollector::new(websocket);
    while let Ok(frame) = websocket.read_frame().await {
        let written = match frame.opcode {
            OpCode::Text | OpCode::Binary => websocket.write_frame(frame).await,
            OpCode::Close => return,
            OpCode::Continuation | OpCode::Ping | OpCode::Pong => Ok(()),
        };
        if written.is_err() {
            return;
        }
    }
}

async fn axum(listener: TcpListener) -> io::Result<()> {
    let upgrade = |upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(axum_echo) };
    let listener = listener.tap_io(|stream| {
        // Without it only latency would suffer, and every other server has it.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().route("/", any(upgrade))).await
}

async fn axum_echo(mut websocket: AxumWebSocket) {
    while let Some(Ok(message)) = websocket.recv().await {
        let is_data = matches!(message, AxumMessage::Text(_) | AxumMessage::Binary(_));
        if is_data && websocket.send(message).await.is_err() {
            return;
        }
    }
}

/// The chapter's own echo, after a handshake that is over.
async fn ours(stream: TcpStream) {
    let connection = Connection::new(connection::Role::Server, Config::default());
    connection::echo(WebSocket::new(stream, connection, Vec::new())).await;
}

/// Reads into one buffer for all connections, so that an idle one owns nothing.
async fn bare_tcp(mut stream: TcpStream) {
    thread_local! {
        static BUFFER: std::cell::RefCell<Vec<u8>> =
            std::cell::RefCell::new(vec![0; 128 * 1024]);
    }
    while stream.readable().await.is_ok() {
        // Written at once where the socket takes it all; what it leaves is copied out.
        let left = BUFFER.with_borrow_mut(|buffer| match stream.try_read(buffer) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => match stream.try_write(&buffer[..read]) {
                Ok(written) => Ok(buffer[written..read].to_vec()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    Ok(buffer[..read].to_vec())
                }
                Err(error) => Err(error),
            },
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Vec::new()),
            Err(error) => Err(error),
        });
        match left {
            Ok(left) if left.is_empty() => {}
            Ok(left) if stream.write_all(&left).await.is_ok() => {}
            _ => return,
        }
    }
}
