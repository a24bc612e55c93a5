//! From a stream to a WebSocket, in both roles.

use frames::Role;
use handshake::{Accepted, Agreed, HandshakeError, Offer, Opened, Refusal};
use raw_http::{Limits, RequestHead};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::config::Config;
use crate::connection::Connection;
use crate::websocket::WebSocket;

/// Takes the server's part of chapter 6's handshake; what was agreed on, and the WebSocket.
/// What the client has sent behind its request is not lost.
///
/// It takes as long as the client likes: put a deadline around it.
///
/// # Errors
///
/// When no WebSocket came of it. A refusal has been answered.
///
/// # Cancel safety
///
/// To drop the future is to drop the stream, and so to close the connection.
pub async fn accept<Io: AsyncRead + AsyncWrite + Unpin>(
    io: Io,
    limits: &Limits,
    decide: impl FnOnce(&RequestHead) -> Result<Accepted, Refusal>,
    config: Config,
) -> Result<(WebSocket<Io>, Accepted), HandshakeError> {
    let Opened { io, terms, rest } = handshake::accept(io, limits, decide).await?;
    let connection = Connection::new(Role::Server, config);
    Ok((WebSocket::new(io, connection, rest), terms))
}

/// Takes the client's part of chapter 6's handshake, with a nonce that nobody has used.
///
/// It takes as long as the server likes: put a deadline around it.
///
/// # Errors
///
/// When no WebSocket came of it. The connection is closed.
///
/// # Cancel safety
///
/// To drop the future is to drop the stream, and so to close the connection.
pub async fn connect<Io: AsyncRead + AsyncWrite + Unpin>(
    io: Io,
    offer: Offer,
    config: Config,
) -> Result<(WebSocket<Io>, Agreed), HandshakeError> {
    let limits = Limits::default();
    let opened = handshake::connect(io, &limits, offer, rand::random()).await?;
    let Opened { io, terms, rest } = opened;
    let connection = Connection::new(Role::Client, config);
    Ok((WebSocket::new(io, connection, rest), terms))
}
