//! The other end: an answer that is read while it is being told.

mod error;

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use raw_http::{Framing, HeadScan, Limits, Message as Kind, ResponseHead};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;
use wiretap::Dial;

use crate::body::{BodyDecoder, BodyError};
use crate::chunked::{ChunkLimits, Part};
use crate::events::NDJSON;
use crate::ndjson::{LineDecoder, LineError, Message};

pub use error::{OpenError, StreamError};

/// How much room there is for one read.
const READ: usize = 4 << 10;

/// An answer whose head is there, and whose body comes piece by piece.
#[derive(Debug)]
pub struct StreamingAnswer<Io> {
    /// Its head.
    pub head: ResponseHead,
    io: Io,
    incoming: BytesMut,
    body: BodyDecoder,
}

/// Asks for `target` of `host` over a connection of its own, and reads the head of the
/// answer.
///
/// # Errors
///
/// When there is no head that can be read.
///
/// # Cancel safety
///
/// To drop the future is to give the request up.
pub async fn open<D: Dial>(
    dialer: &D,
    host: &str,
    target: &str,
) -> Result<StreamingAnswer<D::Io>, OpenError> {
    let graphic = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if !target.starts_with('/') || !graphic(target) || !graphic(host) {
        return Err(OpenError::InvalidRequest);
    }
    let mut io = dialer.dial().await.map_err(OpenError::Dial)?;
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let sent = io.write_all(request.as_bytes()).await;
    // An answer that came early may still be read.
    let mut incoming = BytesMut::with_capacity(READ);
    let head = match read_head(&mut io, &mut incoming).await {
        Err(OpenError::Io(_)) => {
            sent.map_err(OpenError::Io)?;
            return Err(OpenError::Io(io::ErrorKind::UnexpectedEof.into()));
        }
        outcome => outcome?,
    };
    let (to, status) = ("GET", head.status);
    let kind = Kind::Response { to, status };
    let framing =
        Framing::of(kind, head.version, &head.headers).map_err(OpenError::Framing)?;
    Ok(StreamingAnswer {
        head,
        io,
        incoming,
        body: BodyDecoder::new(framing, ChunkLimits::default()),
    })
}

/// Reads the final head; interim ones (1xx) are skipped.
async fn read_head(
    io: &mut (impl AsyncRead + Unpin),
    incoming: &mut BytesMut,
) -> Result<ResponseHead, OpenError> {
    let limits = Limits::default();
    let mut scan = HeadScan::new(&limits);
    loop {
        let parsed = ResponseHead::parse(incoming, &mut scan);
        if let Some((head, length)) = parsed.map_err(OpenError::Head)? {
            let _ = incoming.split_to(length);
            if head.status >= 200 || head.status == 101 {
                return Ok(head);
            }
            scan = HeadScan::new(&limits);
            continue;
        }
        incoming.reserve(READ);
        if io.read_buf(incoming).await.map_err(OpenError::Io)? == 0 {
            return Err(OpenError::Io(io::ErrorKind::UnexpectedEof.into()));
        }
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> StreamingAnswer<Io> {
    /// The next bytes of the body, as soon as there are some; `None` at its end.
    ///
    /// # Errors
    ///
    /// When the connection fails, or the body is wrong or cut off.
    ///
    /// # Cancel safety
    ///
    /// Safe: what has been read is kept.
    pub async fn next(&mut self) -> Result<Option<Bytes>, StreamError> {
        loop {
            match self
                .body
                .decode(&mut self.incoming)
                .map_err(StreamError::Body)?
            {
                Some(Part::Data(data)) => return Ok(Some(data)),
                Some(Part::End(_)) => return Ok(None),
                None => {}
            }
            self.incoming.reserve(READ);
            let read = self.io.read_buf(&mut self.incoming).await;
            if read.map_err(StreamError::Io)? == 0 {
                self.body.finish().map_err(StreamError::Body)?;
                return Ok(None);
            }
        }
    }

    /// The whole body, when it is over: what most HTTP clients give unless they are asked
    /// for something else. Of an answer without end it is nothing.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next), and when there are more than `limit` bytes.
    ///
    /// # Cancel safety
    ///
    /// Not safe: what has been collected is lost.
    pub async fn collect(&mut self, limit: usize) -> Result<Bytes, StreamError> {
        let mut whole = BytesMut::new();
        while let Some(piece) = self.next().await? {
            if whole.len() + piece.len() > limit {
                return Err(LineError::TooLong(limit).into());
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }
}

/// A board's messages, read from an answer that is being told.
#[derive(Debug)]
pub struct EventStream<Io> {
    answer: StreamingAnswer<Io>,
    lines: LineDecoder,
    silence: Duration,
    held: BytesMut,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> EventStream<Io> {
    /// The longest line that is taken, in bytes: a text of the greatest length, every
    /// character of it escaped.
    pub const MAX_LINE: usize = 6 * short_polling::MAX_TEXT + 64;

    /// Asks the board of `host` for everything after the event `after`, or without one for
    /// everything that it keeps, and then for what happens.
    ///
    /// This is all there is of a resumption: the next stream is asked for from where the
    /// last one broke off. Nothing in HTTP does that by itself.
    ///
    /// # Errors
    ///
    /// When the answer is no stream, or there is none within `silence`.
    ///
    /// # Cancel safety
    ///
    /// To drop the future is to give the request up.
    pub async fn follow<D: Dial<Io = Io>>(
        dialer: &D,
        host: &str,
        after: Option<u64>,
        silence: Duration,
    ) -> Result<Self, OpenError> {
        let target = match after {
            Some(after) => format!("/stream?after={after}"),
            None => "/stream".to_owned(),
        };
        let answer = timeout(silence, open(dialer, host, &target));
        let mut answer = answer.await.map_err(|_| OpenError::Silent(silence))??;
        let status = answer.head.status;
        let media_type = answer.head.headers.get("Content-Type").unwrap_or_default();
        if status == 200 && media_type.eq_ignore_ascii_case(NDJSON) {
            return Ok(Self::new(answer, silence));
        }
        let body = timeout(silence, answer.collect(Self::MAX_LINE)).await;
        let body = body.map_err(|_| OpenError::Silent(silence))?;
        let refusal = body
            .ok()
            .and_then(|body| serde_json::from_slice(&body).ok());
        Err(OpenError::Refused { status, refusal })
    }

    /// Reads messages from `answer`, and gives up when nothing came for `silence`: choose
    /// more than the server lets pass between two keep-alive lines.
    pub fn new(answer: StreamingAnswer<Io>, silence: Duration) -> Self {
        Self {
            answer,
            lines: LineDecoder::new(Self::MAX_LINE),
            silence,
            held: BytesMut::new(),
        }
    }

    /// The next message, as soon as its line is complete; `None` when the server has
    /// ended the stream properly.
    ///
    /// # Errors
    ///
    /// When the stream was cut off, is no board's, or is silent for too long.
    ///
    /// # Cancel safety
    ///
    /// Safe: what has been read is kept.
    pub async fn next(&mut self) -> Result<Option<Message>, StreamError> {
        loop {
            while let Some(line) = self.lines.decode(&mut self.held)? {
                if let Some(message) = Message::parse(&line)? {
                    return Ok(Some(message));
                }
            }
            let piece = timeout(self.silence, self.answer.next()).await;
            match piece.map_err(|_| StreamError::Silent(self.silence))?? {
                Some(piece) => self.held.extend_from_slice(&piece),
                // Half a line at the end is no message: the sender had more to say.
                None if !self.held.is_empty() => {
                    return Err(StreamError::Body(BodyError::Incomplete));
                }
                None => return Ok(None),
            }
        }
    }
}
