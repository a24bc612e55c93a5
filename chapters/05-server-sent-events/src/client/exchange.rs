//! One request, and its answer without end.

use std::io;
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use http_streaming::{BodyDecoder, ChunkLimits, Part};
use raw_http::{Framing, HeadScan, Headers, Limits as HeadLimits, ResponseHead};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, timeout_at};

use super::{Failure, Interruption};
use crate::message::{Limits, Message};
use crate::parser::Parser;

/// How much room there is for one read.
const READ: usize = 4 << 10;

/// A connection and all that is known of it. Since nothing is kept in a future, every
/// future may be dropped and asked for again.
#[derive(Debug)]
pub(super) struct Exchange<Io> {
    io: Io,
    /// What is left of the request.
    outgoing: BytesMut,
    incoming: BytesMut,
    phase: Phase,
    /// The body, as far as it has been taken out of its chunks and not been parsed.
    text: BytesMut,
    parser: Parser,
    silence: Duration,
    /// When the silence has lasted too long.
    due: Instant,
}

#[derive(Debug)]
enum Phase {
    Head(HeadScan),
    Body(BodyDecoder),
}

/// What has come of it.
#[derive(Debug)]
pub(super) enum Progress {
    /// The head of a stream.
    Open,
    Message(Message),
    /// Nothing that will ever be a stream.
    Failed(Failure),
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Exchange<Io> {
    pub(super) fn new(
        io: Io,
        request: &str,
        limits: Limits,
        silence: Duration,
        last_event_id: &str,
    ) -> Self {
        Self {
            io,
            outgoing: request.into(),
            incoming: BytesMut::new(),
            phase: Phase::Head(HeadScan::new(&HeadLimits::default())),
            text: BytesMut::new(),
            parser: Parser::resuming(limits, last_event_id),
            silence,
            due: Instant::now() + silence,
        }
    }

    pub(super) fn last_event_id(&self) -> &str {
        self.parser.last_event_id()
    }

    pub(super) fn retry(&self) -> Option<Duration> {
        self.parser.retry()
    }

    /// The next thing that comes of it.
    ///
    /// # Cancel safety
    ///
    /// Safe: everything is kept in the exchange.
    pub(super) async fn next(&mut self) -> Result<Progress, Interruption> {
        loop {
            if let Some(progress) = self.take()? {
                return Ok(progress);
            }
            match timeout_at(self.due, self.read()).await {
                Ok(Ok(0)) => return Err(self.end()),
                // A heartbeat is no message, but a sign of life.
                Ok(Ok(_)) => self.due = Instant::now() + self.silence,
                Ok(Err(error)) => return Err(Interruption::Io(error)),
                Err(_) => return Err(Interruption::Silent),
            }
        }
    }

    /// Sends what is left of the request, and reads once; 0 is the end.
    async fn read(&mut self) -> io::Result<usize> {
        while self.outgoing.has_remaining() {
            if self.io.write_buf(&mut self.outgoing).await? == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
        }
        self.io.flush().await?;
        self.incoming.reserve(READ);
        self.io.read_buf(&mut self.incoming).await
    }

    /// What is there already.
    fn take(&mut self) -> Result<Option<Progress>, Interruption> {
        loop {
            let body = match &mut self.phase {
                Phase::Head(scan) => {
                    let parsed = ResponseHead::parse(&self.incoming, scan);
                    let parsed = parsed.map_err(Interruption::Head)?;
                    let Some((head, length)) = parsed else {
                        return Ok(None);
                    };
                    self.incoming.advance(length);
                    match self.take_head(&head)? {
                        Some(progress) => return Ok(Some(progress)),
                        None => continue,
                    }
                }
                Phase::Body(body) => body,
            };
            match self.parser.decode(&mut self.text) {
                Ok(Some(message)) => return Ok(Some(Progress::Message(message))),
                Ok(None) => {}
                Err(error) => {
                    return Ok(Some(Progress::Failed(Failure::TooLong(error))));
                }
            }
            match body.decode(&mut self.incoming) {
                Ok(Some(Part::Data(data))) => self.text.extend_from_slice(&data),
                Ok(Some(Part::End(_))) => return Err(Interruption::Ended),
                Ok(None) => return Ok(None),
                Err(error) => return Err(Interruption::Body(error)),
            }
        }
    }

    /// HTML §9.2.3: a status of 200 and the right type, or it fails for good.
    fn take_head(
        &mut self,
        head: &ResponseHead,
    ) -> Result<Option<Progress>, Interruption> {
        if (100..200).contains(&head.status) && head.status != 101 {
            self.phase = Phase::Head(HeadScan::new(&HeadLimits::default()));
            return Ok(None);
        }
        if head.status != 200 {
            return Ok(Some(Progress::Failed(Failure::Status(head.status))));
        }
        if !is_event_stream(&head.headers) {
            let media_type = head.headers.get("Content-Type").map(str::to_owned);
            return Ok(Some(Progress::Failed(Failure::ContentType(media_type))));
        }
        let to_get = raw_http::Message::Response {
            to: "GET",
            status: 200,
        };
        let framing = Framing::of(to_get, head.version, &head.headers);
        let framing = framing.map_err(Interruption::Framing)?;
        self.phase = Phase::Body(BodyDecoder::new(framing, ChunkLimits::default()));
        Ok(Some(Progress::Open))
    }

    /// The connection has ended; an unfinished block is discarded with the exchange.
    fn end(&self) -> Interruption {
        match &self.phase {
            Phase::Head(_) => Interruption::Io(io::ErrorKind::UnexpectedEof.into()),
            Phase::Body(body) => match body.finish() {
                Ok(()) => Interruption::Ended,
                Err(error) => Interruption::Body(error),
            },
        }
    }
}

/// `text/event-stream`, in any case and with any parameters.
fn is_event_stream(headers: &Headers) -> bool {
    let value = headers.get("Content-Type").unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default();
    essence
        .trim_matches([' ', '\t'])
        .eq_ignore_ascii_case("text/event-stream")
}
