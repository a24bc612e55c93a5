//! The other end.

use std::{fmt, io};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite};
use wiretap::Dial;

use crate::decode::{Answer, ResponseDecoder};
use crate::error::ResponseError;
use crate::headers::is_token;
use crate::message::{Request, Response};
use crate::scan::Limits;
use crate::wire::Wire;

/// A client of one server: one request at a time, over a connection that is kept between
/// them as long as both sides like.
#[derive(Debug)]
pub struct Client<D: Dial> {
    dialer: D,
    host: String,
    keep_alive: bool,
    limits: Limits,
    kept: Option<Wire<D::Io>>,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum ClientError {
    /// No connection could be opened.
    Dial(io::Error),
    /// The request's method, target or host has characters that would change its meaning
    /// on the wire, or it asks for a tunnel.
    InvalidRequest,
    /// The answer could not be read.
    Response(ResponseError),
    /// The stream failed.
    Io(io::Error),
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dial(error) => write!(f, "no connection: {error}"),
            Self::InvalidRequest => f.write_str(
                "the request's method, target or host cannot be written as HTTP/1.1",
            ),
            Self::Response(error) => error.fmt(f),
            Self::Io(error) => write!(f, "the connection failed: {error}"),
        }
    }
}

impl std::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Dial(error) | Self::Io(error) => Some(error),
            // Their text is this error's own: a chain would print it twice.
            Self::InvalidRequest | Self::Response(_) => None,
        }
    }
}

impl From<ResponseError> for ClientError {
    fn from(error: ResponseError) -> Self {
        Self::Response(error)
    }
}

impl<D: Dial> Client<D> {
    /// A client that reaches `host` (as the `Host` field names it) through `dialer`.
    pub fn new(dialer: D, host: impl Into<String>) -> Self {
        Self {
            dialer,
            host: host.into(),
            keep_alive: true,
            limits: Limits::default(),
            kept: None,
        }
    }

    /// Whether connections are kept for the next request; they are unless this says no.
    #[must_use]
    pub fn keep_alive(mut self, keep_alive: bool) -> Self {
        self.keep_alive = keep_alive;
        self
    }

    /// The largest answer that is taken.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends a request and waits for its answer.
    ///
    /// A server may close a kept connection at any time, also while the request is on its
    /// way to it (RFC 9112 §9.3.1, §9.5). When that happens before a byte of the answer,
    /// and only for a request that is [idempotent](Request::is_idempotent), it is sent
    /// once more on a new connection: the server may have acted on the first.
    ///
    /// # Errors
    ///
    /// When there is no answer that can be read. The next request opens a new connection.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the connection that it used, since the rest of an
    /// answer nobody waits for would be taken for the next one. The request may or may
    /// not have been acted upon; the client can be used again at once. Put
    /// `tokio::time::timeout` around it to limit the wait.
    pub async fn send(&mut self, request: Request) -> Result<Response, ClientError> {
        let bytes = self.encode(&request)?;
        let may_repeat = request.is_idempotent();
        // Taken out, it is put back only after a whole answer. If anything has
        // come since the last one, its end or an answer to nothing, it is no use.
        if let Some(mut wire) = self.kept.take()
            && wire.is_quiet().await
        {
            match self.exchange(wire, &request, bytes.clone()).await {
                Err(error) if may_repeat && error.is_before_answer() => {}
                outcome => return outcome.map_err(Failure::into_error),
            }
        }
        let io = self.dialer.dial().await.map_err(ClientError::Dial)?;
        let outcome = self.exchange(Wire::new(io), &request, bytes).await;
        outcome.map_err(Failure::into_error)
    }

    fn encode(&self, request: &Request) -> Result<BytesMut, ClientError> {
        let graphic = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        let is_valid = is_token(&request.method)
            && request.method != "CONNECT"
            && !request.target.is_empty()
            && graphic(&request.target)
            && graphic(&self.host);
        if !is_valid {
            return Err(ClientError::InvalidRequest);
        }
        let mut bytes = BytesMut::new();
        request.encode(&self.host, self.keep_alive, &mut bytes);
        Ok(bytes)
    }

    /// Sends one request over one connection, and keeps the connection if it may.
    async fn exchange(
        &mut self,
        mut wire: Wire<D::Io>,
        request: &Request,
        bytes: BytesMut,
    ) -> Result<Response, Failure> {
        wire.outgoing = bytes;
        let Answer {
            response,
            keep_alive,
        } = read_answer(&mut wire, &request.method, &self.limits).await?;
        // A server that answered before it had the whole request: who knows how much of
        // the rest it will read?
        let is_sent = wire.outgoing.is_empty();
        if self.keep_alive && keep_alive && is_sent {
            self.kept = Some(wire);
        }
        Ok(response)
    }
}

/// Sends what is queued and reads the answer, both at the same time: an answer that comes
/// early, such as 413, ends the sending (RFC 9112 §9.5).
async fn read_answer<Io: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<Io>,
    method: &str,
    limits: &Limits,
) -> Result<Answer, Failure> {
    let mut decoder = ResponseDecoder::new(method, limits.clone());
    let mut is_begun = false;
    loop {
        if let Some(answer) = decoder.decode(&mut wire.incoming)? {
            return Ok(answer);
        }
        match wire.fill().await {
            Ok(0) => return Ok(decoder.finish(&mut wire.incoming)?),
            Ok(_) => is_begun = true,
            Err(error) => return Err(Failure::Io { error, is_begun }),
        }
    }
}

/// Why an exchange failed, and whether it may be tried again.
enum Failure {
    Response(ResponseError),
    Io { error: io::Error, is_begun: bool },
}

impl Failure {
    fn is_before_answer(&self) -> bool {
        match self {
            Self::Response(error) => *error == ResponseError::Missing,
            Self::Io { is_begun, .. } => !is_begun,
        }
    }

    fn into_error(self) -> ClientError {
        match self {
            Self::Response(error) => ClientError::Response(error),
            Self::Io { error, .. } => ClientError::Io(error),
        }
    }
}

impl From<ResponseError> for Failure {
    fn from(error: ResponseError) -> Self {
        Self::Response(error)
    }
}
