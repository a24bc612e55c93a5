//! The handshake over a stream.

use std::{fmt, io};

use bytes::{Buf, BytesMut};
use raw_http::{Limits, RequestHead};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::client::ClientHandshake;
use crate::offer::{Agreed, InvalidOffer, Offer};
use crate::policy::Accepted;
use crate::refusal::Refusal;
use crate::rejection::Rejection;
use crate::server::ServerHandshake;

/// How much room there is for one read.
const READ: usize = 2 << 10;

/// How much is read and thrown away after a refusal, so that the answer is not lost.
const MOST_DRAINED: usize = 64 << 10;

/// A stream on which frames are spoken from now on.
#[derive(Debug)]
pub struct Opened<Io, Terms> {
    /// The stream.
    pub io: Io,
    /// What was agreed on: a server's [`Accepted`], a client's [`Agreed`].
    pub terms: Terms,
    /// What has been read after the head: the first frames, or a part of one.
    /// It comes before anything that `io` still has.
    pub rest: BytesMut,
}

/// Why there is no WebSocket.
#[derive(Debug)]
pub enum HandshakeError {
    /// By the server: it has refused the request, and told the client.
    Refused(Refusal),
    /// By the client: it cannot write its offer, and has sent nothing.
    Offer(InvalidOffer),
    /// By the client: it does not take the answer.
    Rejected(Rejection),
    /// The other side ended in the middle.
    Incomplete,
    /// The stream failed.
    Io(io::Error),
}

/// Takes the server's part: reads the request, has `decide` decide, and answers. `decide`
/// is where [`Policy::check`](crate::Policy::check) is called, paths are told apart, and
/// extensions are negotiated.
///
/// It takes as long as the client likes: put a deadline around it.
///
/// # Errors
///
/// When no WebSocket came of it. A refusal has been answered, the stream's end been sent,
/// and up to 64 KiB been read until the client's, which may wait for the answer.
///
/// # Cancel safety
///
/// To drop the future is to drop the stream, and so to close the connection. No half of
/// a handshake is left to be continued.
pub async fn accept<Io: AsyncRead + AsyncWrite + Unpin>(
    mut io: Io,
    limits: &Limits,
    decide: impl FnOnce(&RequestHead) -> Result<Accepted, Refusal>,
) -> Result<Opened<Io, Accepted>, HandshakeError> {
    let mut handshake = ServerHandshake::new(limits);
    let mut rest = BytesMut::new();
    let outcome = loop {
        if read(&mut io, &mut rest).await? == 0 {
            return Err(HandshakeError::Incomplete);
        }
        match handshake.receive(&rest) {
            Ok(Some((request, used))) => {
                rest.advance(used);
                break decide(&request);
            }
            Ok(None) => rest.clear(),
            Err(refusal) => break Err(refusal),
        }
    };
    io.write_all(&handshake.answer(&outcome)).await?;
    io.flush().await?;
    match outcome {
        Ok(terms) => Ok(Opened { io, terms, rest }),
        Err(refusal) => {
            // What became of the answer changes nothing for the caller.
            let _ = drain(&mut io, &mut rest).await;
            Err(HandshakeError::Refused(refusal))
        }
    }
}

/// Takes the client's part: asks, and checks the answer. `nonce` is to be chosen at
/// random, for this connection alone.
///
/// It takes as long as the server likes: put a deadline around it.
///
/// # Errors
///
/// When no WebSocket came of it. The connection is closed.
///
/// # Cancel safety
///
/// To drop the future is to drop the stream, and so to close the connection. No half of
/// a handshake is left to be continued.
pub async fn connect<Io: AsyncRead + AsyncWrite + Unpin>(
    mut io: Io,
    limits: &Limits,
    offer: Offer,
    nonce: [u8; 16],
) -> Result<Opened<Io, Agreed>, HandshakeError> {
    let mut handshake = ClientHandshake::new(offer, nonce, limits.clone())
        .map_err(HandshakeError::Offer)?;
    io.write_all(handshake.request()).await?;
    io.flush().await?;
    let mut rest = BytesMut::new();
    loop {
        if read(&mut io, &mut rest).await? == 0 {
            return Err(HandshakeError::Incomplete);
        }
        match handshake.receive(&rest) {
            Ok(Some((terms, used))) => {
                rest.advance(used);
                return Ok(Opened { io, terms, rest });
            }
            Ok(None) => rest.clear(),
            Err(rejection) => return Err(HandshakeError::Rejected(rejection)),
        }
    }
}

async fn read<Io: AsyncRead + Unpin>(
    io: &mut Io,
    buffer: &mut BytesMut,
) -> io::Result<usize> {
    buffer.reserve(READ);
    io.read_buf(buffer).await
}

/// Ends our side and reads what still comes: a socket that is closed with bytes unread is
/// reset, and the answer may be lost with it (RFC 9112 §9.6).
async fn drain<Io>(io: &mut Io, buffer: &mut BytesMut) -> io::Result<()>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    io.shutdown().await?;
    let mut drained = 0;
    while drained < MOST_DRAINED {
        buffer.clear();
        match read(io, buffer).await? {
            0 => break,
            length => drained += length,
        }
    }
    Ok(())
}

impl From<io::Error> for HandshakeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "refused: {refusal}"),
            Self::Offer(invalid) => invalid.fmt(f),
            Self::Rejected(rejection) => write!(f, "the server answers: {rejection}"),
            Self::Incomplete => f.write_str("the other side ended in the middle"),
            Self::Io(error) => write!(f, "the connection failed: {error}"),
        }
    }
}

impl std::error::Error for HandshakeError {}
