//! How long is the body, and does the connection live on after it?

use crate::error::FramingError;
use crate::head::Version;
use crate::headers::Headers;

/// How the end of a body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// There is no body, whatever the fields say.
    Empty,
    /// That many bytes. A number that does not fit is `u64::MAX`: more than any limit.
    Length(u64),
    /// A size before each piece (RFC 9112 §7.1); chapter 4 reads it.
    Chunked,
    /// Everything until the server closes.
    UntilClose,
}

/// The message whose body it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message<'a> {
    /// A request.
    Request,
    /// A response.
    Response {
        /// The method of the request that it answers.
        to: &'a str,
        /// Its status.
        status: u16,
    },
}

impl Framing {
    /// RFC 9112 §6.3, for both roles: the one place where a body's length is decided.
    ///
    /// # Errors
    ///
    /// When two readers of the same head might see different lengths. To guess would be
    /// to let one of them take the body of one request for the next (§11.2).
    pub fn of(
        message: Message<'_>,
        version: Version,
        headers: &Headers,
    ) -> Result<Self, FramingError> {
        if let Message::Response { to, status } = message
            && !may_have_body(to, status)
        {
            return Ok(Self::Empty);
        }
        let length = content_length(headers)?;
        if headers.get("transfer-encoding").is_some() {
            return match (version, length) {
                (Version::Http10, _) => Err(FramingError::EncodingInHttp10),
                (Version::Http11, Some(_)) => Err(FramingError::LengthAndEncoding),
                (Version::Http11, None) => transfer_encoding(message, headers),
            };
        }
        Ok(match (message, length) {
            (_, Some(length)) => Self::Length(length),
            (Message::Request, None) => Self::Empty,
            (Message::Response { .. }, None) => Self::UntilClose,
        })
    }
}

/// RFC 9110 §6.4.1: what answers HEAD, and what says 1xx, 204 or 304, ends with its head.
fn may_have_body(to: &str, status: u16) -> bool {
    to != "HEAD" && !matches!(status, 100..=199 | 204 | 304)
}

/// The declared length. Repetitions of one value count as that value (RFC 9112 §6.3).
fn content_length(headers: &Headers) -> Result<Option<u64>, FramingError> {
    let mut found = None;
    for value in headers.get_all("content-length") {
        for member in value.split(',') {
            let length = decimal(member.trim_matches([' ', '\t']))?;
            if found.is_some_and(|other| other != length) {
                return Err(FramingError::ConflictingLengths);
            }
            found = Some(length);
        }
    }
    Ok(found)
}

/// `1*DIGIT` (RFC 9110 §8.6). `str::parse` would also take `+5`.
fn decimal(text: &str) -> Result<u64, FramingError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FramingError::InvalidLength);
    }
    Ok(text.parse().unwrap_or(u64::MAX))
}

fn transfer_encoding(
    message: Message<'_>,
    headers: &Headers,
) -> Result<Framing, FramingError> {
    let is_chunked = |coding: &&str| coding.eq_ignore_ascii_case("chunked");
    let count = headers.list("transfer-encoding").count();
    let chunked = headers.list("transfer-encoding").filter(is_chunked).count();
    let last = headers.list("transfer-encoding").last();
    match (message, last.is_some_and(|last| is_chunked(&last))) {
        (_, true) if count == 1 => Ok(Framing::Chunked),
        (_, true) if chunked == 1 => Err(FramingError::UnknownCoding),
        // Chunked twice (§6.1), or no end that a server could find (§6.3).
        (_, true) | (Message::Request, false) => Err(FramingError::ChunkedNotLast),
        // A response would end with the connection, but what is in it?
        (Message::Response { .. }, false) => Err(FramingError::UnknownCoding),
    }
}

/// Whether the sender of this head means to use the connection again (RFC 9112 §9.3).
pub fn keeps_alive(version: Version, headers: &Headers) -> bool {
    if headers.has_token("connection", "close") {
        return false;
    }
    match version {
        Version::Http11 => true,
        Version::Http10 => headers.has_token("connection", "keep-alive"),
    }
}

/// Whether a response with this status says how long its body is: 1xx and 204 must not
/// (RFC 9110 §8.6), and a 304 would have to give the length of another answer.
pub(crate) fn may_declare_length(status: u16) -> bool {
    !matches!(status, 100..=199 | 204 | 304)
}
