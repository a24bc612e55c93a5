//! Bytes in, messages out: the protocol without the I/O.

use bytes::{Buf, BytesMut};

use crate::error::{RequestError, ResponseError};
use crate::framing::{Framing, Message, keeps_alive};
use crate::head::{RequestHead, ResponseHead, Version};
use crate::message::{Request, Response};
use crate::scan::{HeadScan, Limits};

/// What a [`RequestDecoder`] finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The client has sent a head and waits for `100 Continue` before it sends the body
    /// (RFC 9110 §10.1.1).
    ExpectContinue,
    /// A whole request.
    Request(Request),
}

/// Reads requests from a stream of bytes, one after the other.
#[derive(Debug)]
pub struct RequestDecoder {
    limits: Limits,
    state: RequestState,
}

#[derive(Debug)]
enum RequestState {
    Head(HeadScan),
    Body {
        head: RequestHead,
        length: usize,
        continue_is_due: bool,
    },
}

impl RequestDecoder {
    /// A decoder at the beginning of a stream.
    pub fn new(limits: Limits) -> Self {
        let state = RequestState::Head(HeadScan::new(&limits));
        Self { limits, state }
    }

    /// Takes the next event out of `buffer`, or nothing: `None` asks for more bytes at
    /// its end. Bytes after the request stay where they are; they are the next one.
    ///
    /// # Errors
    ///
    /// When what came is not a request, or not one that is taken here. The stream is of
    /// no use then: nobody knows where the next request begins.
    pub fn decode(
        &mut self,
        buffer: &mut BytesMut,
    ) -> Result<Option<Event>, RequestError> {
        if let RequestState::Head(scan) = &mut self.state {
            let Some((head, used)) = RequestHead::parse(buffer, scan)? else {
                return Ok(None);
            };
            let length = body_length(&head, &self.limits)?;
            buffer.advance(used);
            self.state = RequestState::Body {
                continue_is_due: expects_continue(&head),
                length,
                head,
            };
        }
        self.decode_body(buffer)
    }

    fn decode_body(
        &mut self,
        buffer: &mut BytesMut,
    ) -> Result<Option<Event>, RequestError> {
        let next = RequestState::Head(HeadScan::new(&self.limits));
        match std::mem::replace(&mut self.state, next) {
            RequestState::Body { head, length, .. } if buffer.len() >= length => {
                let body = buffer.split_to(length).freeze();
                Ok(Some(Event::Request(Request::with_body(head, body))))
            }
            RequestState::Body {
                head,
                length,
                continue_is_due,
            } => {
                let event = (continue_is_due && buffer.is_empty())
                    .then_some(Event::ExpectContinue);
                self.state = RequestState::Body {
                    head,
                    length,
                    // Asked for once; and who sends the body unasked needs no asking.
                    continue_is_due: false,
                };
                Ok(event)
            }
            state @ RequestState::Head(_) => {
                self.state = state;
                Ok(None)
            }
        }
    }

    /// Whether the head of a request has been read, and its body not yet.
    pub fn is_in_body(&self) -> bool {
        matches!(self.state, RequestState::Body { .. })
    }

    /// Says that the stream has ended with `rest` not decoded.
    ///
    /// # Errors
    ///
    /// When it ended in the middle of a request.
    pub fn finish(&self, rest: &[u8]) -> Result<(), RequestError> {
        match self.state {
            RequestState::Head(_) if is_between_requests(rest) => Ok(()),
            RequestState::Head(_) | RequestState::Body { .. } => {
                Err(RequestError::Incomplete)
            }
        }
    }
}

/// Nothing, or the beginning of the one empty line that is skipped before a request:
/// some clients end a body with a CRLF that does not belong to it (RFC 9112 §2.2).
pub(crate) fn is_between_requests(bytes: &[u8]) -> bool {
    b"\r\n".starts_with(bytes)
}

fn body_length(head: &RequestHead, limits: &Limits) -> Result<usize, RequestError> {
    if head.method == "CONNECT" {
        return Err(RequestError::Connect);
    }
    match Framing::of(Message::Request, head.version, &head.headers)? {
        Framing::Empty => Ok(0),
        Framing::Length(length) => match usize::try_from(length) {
            // The limit comes before any memory is reserved.
            Ok(length) if length <= limits.body_bytes => Ok(length),
            Ok(_) | Err(_) => Err(RequestError::BodyTooLong),
        },
        Framing::Chunked => Err(RequestError::Chunked),
        // No request has this framing: there would be nobody left to answer.
        Framing::UntilClose => Err(RequestError::Incomplete),
    }
}

fn expects_continue(head: &RequestHead) -> bool {
    head.version == Version::Http11 && head.headers.has_token("expect", "100-continue")
}

/// A response, and whether the connection can be used after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The response.
    pub response: Response,
    /// Whether the server keeps the connection open (RFC 9112 §9.3).
    pub keep_alive: bool,
}

/// Reads the response to one request.
#[derive(Debug)]
pub struct ResponseDecoder {
    limits: Limits,
    /// The method of the request: what answers HEAD has no body.
    method: String,
    /// Whether an interim response has come: then the server has read the request.
    has_interim: bool,
    state: ResponseState,
}

#[derive(Debug)]
enum ResponseState {
    Head(HeadScan),
    Length(ResponseHead, usize),
    UntilClose(ResponseHead),
    Done,
}

impl ResponseDecoder {
    /// A decoder of the response to a request with this method.
    pub fn new(method: impl Into<String>, limits: Limits) -> Self {
        let state = ResponseState::Head(HeadScan::new(&limits));
        Self {
            limits,
            method: method.into(),
            has_interim: false,
            state,
        }
    }

    /// Takes the response out of `buffer` once it is complete; interim ones (1xx) are
    /// skipped. `None` asks for more bytes at the end of `buffer`, or for
    /// [`finish`](Self::finish) when there are none.
    ///
    /// # Errors
    ///
    /// When what came is not a response, or not one that is understood here.
    pub fn decode(
        &mut self,
        buffer: &mut BytesMut,
    ) -> Result<Option<Answer>, ResponseError> {
        while let ResponseState::Head(scan) = &mut self.state {
            let Some((head, used)) = ResponseHead::parse(buffer, scan)? else {
                return Ok(None);
            };
            self.state = match head.status {
                101 => return Err(ResponseError::Upgrade),
                100..=199 => {
                    self.has_interim = true;
                    ResponseState::Head(HeadScan::new(&self.limits))
                }
                _ => self.body_of(head)?,
            };
            buffer.advance(used);
        }
        match std::mem::replace(&mut self.state, ResponseState::Done) {
            ResponseState::Length(head, length) if buffer.len() >= length => {
                let keep_alive = keeps_alive(head.version, &head.headers);
                let response = response(head, buffer.split_to(length));
                Ok(Some(Answer {
                    response,
                    keep_alive,
                }))
            }
            ResponseState::UntilClose(_) if buffer.len() > self.limits.body_bytes => {
                Err(ResponseError::BodyTooLong)
            }
            state @ (ResponseState::Head(_)
            | ResponseState::Length(..)
            | ResponseState::UntilClose(_)
            | ResponseState::Done) => {
                self.state = state;
                Ok(None)
            }
        }
    }

    fn body_of(&self, head: ResponseHead) -> Result<ResponseState, ResponseError> {
        let message = Message::Response {
            to: &self.method,
            status: head.status,
        };
        match Framing::of(message, head.version, &head.headers)? {
            Framing::Empty => Ok(ResponseState::Length(head, 0)),
            Framing::Length(length) => match usize::try_from(length) {
                Ok(length) if length <= self.limits.body_bytes => {
                    Ok(ResponseState::Length(head, length))
                }
                Ok(_) | Err(_) => Err(ResponseError::BodyTooLong),
            },
            Framing::Chunked => Err(ResponseError::Chunked),
            Framing::UntilClose => Ok(ResponseState::UntilClose(head)),
        }
    }

    /// Says that the stream has ended, which is how some bodies do: the answer, which
    /// takes all of `buffer`.
    ///
    /// # Errors
    ///
    /// When it ended before or in the middle of the response.
    pub fn finish(&mut self, buffer: &mut BytesMut) -> Result<Answer, ResponseError> {
        match std::mem::replace(&mut self.state, ResponseState::Done) {
            ResponseState::UntilClose(head) => Ok(Answer {
                response: response(head, buffer.split()),
                keep_alive: false,
            }),
            ResponseState::Head(_) if buffer.is_empty() && !self.has_interim => {
                Err(ResponseError::Missing)
            }
            ResponseState::Head(_)
            | ResponseState::Length(..)
            | ResponseState::Done => Err(ResponseError::Incomplete),
        }
    }
}

fn response(head: ResponseHead, body: BytesMut) -> Response {
    Response {
        status: head.status,
        version: head.version,
        headers: head.headers,
        body: body.freeze(),
    }
}
