//! The server's side of one connection.

use std::future::pending;
use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::decode::{Event, RequestDecoder, is_between_requests};
use crate::error::{RequestError, status_of};
use crate::message::{Reply, Request, Response};
use crate::scan::Limits;
use crate::wire::Wire;

/// How much of the next requests is read while one is being answered.
const READ_AHEAD: usize = 64 << 10;

/// The server's side of one connection: requests in, responses out, in the same order.
///
/// Every `async fn` of it is cancel safe: drop its future at any await, call it again, and
/// it goes on where it was. What has been read and not used, and what is to be written,
/// belongs to the connection and not to the future.
#[derive(Debug)]
pub struct Connection<Io> {
    wire: Wire<Io>,
    decoder: RequestDecoder,
    /// What the next answer depends on.
    reply: Reply,
}

/// What a connection is waiting for: each has its own deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The first byte of the next request.
    Idle,
    /// The rest of a head.
    Head,
    /// The rest of a body.
    Body,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// Takes over an accepted stream.
    pub fn new(io: Io, limits: Limits) -> Self {
        Self {
            wire: Wire::new(io),
            decoder: RequestDecoder::new(limits),
            reply: Reply::to_mistake(),
        }
    }

    /// Waits for the next request; `None` when the client has ended its side between two
    /// requests. `100 Continue` is sent where a client waits for it.
    ///
    /// # Errors
    ///
    /// When what came is not a request that is taken here, or the stream failed. Answer
    /// with [`respond_to_mistake`](Self::respond_to_mistake) and close.
    ///
    /// # Cancel safety
    ///
    /// Safe: what has been read is kept.
    pub async fn next_request(&mut self) -> Result<Option<Request>, RequestError> {
        loop {
            if let Some(request) = self.take_request()? {
                return Ok(Some(request));
            }
            if !self.read().await? {
                return Ok(None);
            }
        }
    }

    /// The next request, if all of it has been read.
    pub(crate) fn take_request(&mut self) -> Result<Option<Request>, RequestError> {
        match self.decoder.decode(&mut self.wire.incoming)? {
            Some(Event::Request(request)) => {
                self.reply = Reply::to(&request);
                Ok(Some(request))
            }
            Some(Event::ExpectContinue) => {
                let interim = b"HTTP/1.1 100 Continue\r\n\r\n";
                self.wire.outgoing.extend_from_slice(interim);
                Ok(None)
            }
            None => Ok(None),
        }
    }

    /// Reads once; `false` at the end, between two requests.
    pub(crate) async fn read(&mut self) -> Result<bool, RequestError> {
        if self.wire.fill().await? > 0 {
            return Ok(true);
        }
        self.decoder.finish(&self.wire.incoming)?;
        Ok(false)
    }

    /// What the connection is waiting for.
    pub fn phase(&self) -> Phase {
        if self.decoder.is_in_body() {
            Phase::Body
        } else if is_between_requests(&self.wire.incoming) {
            Phase::Idle
        } else {
            Phase::Head
        }
    }

    /// Whether the last request, and the answer to it, leave the connection open.
    pub fn keeps_alive(&self) -> bool {
        self.reply.keep_alive
    }

    /// Says that the next answer is the last: it will carry `Connection: close`.
    pub fn close_after_next(&mut self) {
        self.reply.keep_alive = false;
    }

    /// Puts the answer to the last request into the queue; [`flush`](Self::flush) sends
    /// it. A `Connection: close` among its fields makes it the last one. `date` becomes
    /// the `Date` field: see [`http_date`](crate::http_date).
    ///
    /// An answer is final: a status below 200 or above 999 goes out as an empty 500.
    pub fn respond(&mut self, response: &Response, date: Option<&str>) {
        if !(200..=999).contains(&response.status) {
            // A client would take it for an interim answer, and wait for the next.
            return self.respond(&Response::new(500), date);
        }
        if response.headers.has_token("connection", "close") {
            self.close_after_next();
        }
        response.encode(&self.reply, date, &mut self.wire.outgoing);
    }

    /// Puts the answer to what could not be read into the queue, as the last one: a
    /// status and a line that names the rule. `false` when nobody is left to be answered.
    pub fn respond_to_mistake(
        &mut self,
        error: &RequestError,
        date: Option<&str>,
    ) -> bool {
        self.reply = Reply::to_mistake();
        match status_of(error) {
            Some(status) => {
                self.respond(&Response::text(status, format!("{error}\n")), date);
                true
            }
            None => false,
        }
    }

    /// Sends what is in the queue.
    ///
    /// # Errors
    ///
    /// When the stream fails, or has failed before.
    ///
    /// # Cancel safety
    ///
    /// Safe: what has not been written stays in the queue, and no byte is sent twice.
    pub async fn flush(&mut self) -> io::Result<()> {
        self.wire.flush().await
    }

    /// Waits until the client ends its side or the stream fails; to be raced against the
    /// making of an answer that nobody may wait for any more. What comes meanwhile is
    /// kept for the next request, up to 64 KiB; then nothing more is read, and the end
    /// is not seen.
    ///
    /// # Cancel safety
    ///
    /// Safe: what has been read is kept.
    pub async fn hung_up(&mut self) {
        while self.wire.incoming.len() < READ_AHEAD {
            if !matches!(self.wire.fill().await, Ok(1..)) {
                return;
            }
        }
        pending().await
    }

    /// Sends what is in the queue, ends the server's side, and reads on until the client
    /// ends its own: a draining close. It takes as long as the client likes, so put a
    /// deadline around it.
    ///
    /// Without the draining, bytes that are unread at the close, or arrive after it, make
    /// the kernel send RST, and that can destroy the answer on its way (RFC 9112 §9.6).
    ///
    /// # Errors
    ///
    /// When the stream fails.
    ///
    /// # Cancel safety
    ///
    /// Safe: called again, it goes on.
    pub async fn close(&mut self) -> io::Result<()> {
        self.wire.close().await
    }

    /// Gives back the stream, and the bytes that have been read and not used: the
    /// beginning of what comes next on it.
    pub fn into_parts(self) -> (Io, BytesMut) {
        self.wire.into_parts()
    }
}
