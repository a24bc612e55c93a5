//! A head, read: the start line and the fields.

use std::fmt;

use crate::error::HeadError;
use crate::headers::{Headers, is_token};
use crate::scan::HeadScan;

/// The version of HTTP/1 that a message claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Version {
    /// HTTP/1.0: connections end after one answer unless both sides say `keep-alive`.
    Http10,
    /// HTTP/1.1, and every later 1.x, which is to be read as 1.1 (RFC 9110 §2.5).
    #[default]
    Http11,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
        })
    }
}

/// The head of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHead {
    /// The method, case-sensitive: `GET`.
    pub method: String,
    /// The request target as it was sent: `/board?after=3`.
    pub target: String,
    /// The version.
    pub version: Version,
    /// The header fields.
    pub headers: Headers,
}

impl RequestHead {
    /// Reads a head from the beginning of `buffer`: the head and its length in bytes, or
    /// `None` when it is not complete yet. Nothing is consumed: the caller removes the
    /// bytes when it gets a head, and asks again with more of them when it does not.
    ///
    /// ```
    /// use raw_http::{HeadScan, Limits, RequestHead};
    ///
    /// let mut scan = HeadScan::new(&Limits::default());
    /// let bytes = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    /// assert_eq!(RequestHead::parse(&bytes[..20], &mut scan), Ok(None));
    ///
    /// let (head, length) = RequestHead::parse(bytes, &mut scan)?.expect("all is there");
    /// assert_eq!((head.method.as_str(), length), ("GET", bytes.len()));
    /// # Ok::<(), raw_http::HeadError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As soon as the bytes can no longer become a valid head.
    pub fn parse(
        buffer: &[u8],
        scan: &mut HeadScan,
    ) -> Result<Option<(Self, usize)>, HeadError> {
        let Some(range) = scan.find_end(buffer)? else {
            return Ok(None);
        };
        let length = range.end;
        let text = str::from_utf8(&buffer[range]).map_err(|_| HeadError::NotUtf8)?;
        let (line, fields) = split_line(text);
        let (method, target, version) = request_line(line)?;
        let headers = field_lines(fields, Fold::Refuse)?;
        check_host(version, &headers)?;
        let head = Self {
            method: method.to_owned(),
            target: target.to_owned(),
            version,
            headers,
        };
        Ok(Some((head, length)))
    }
}

/// The head of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHead {
    /// The version.
    pub version: Version,
    /// The status code.
    pub status: u16,
    /// The reason phrase, which says nothing that the code does not say.
    pub reason: String,
    /// The header fields.
    pub headers: Headers,
}

impl ResponseHead {
    /// Reads a head from the beginning of `buffer`, as [`RequestHead::parse`] does.
    ///
    /// # Errors
    ///
    /// As soon as the bytes can no longer become a valid head.
    pub fn parse(
        buffer: &[u8],
        scan: &mut HeadScan,
    ) -> Result<Option<(Self, usize)>, HeadError> {
        let Some(range) = scan.find_end(buffer)? else {
            return Ok(None);
        };
        if range.start > 0 {
            // Only a server forgives an empty line (RFC 9112 §2.2).
            return Err(HeadError::EmptyLines);
        }
        let length = range.end;
        let text = str::from_utf8(&buffer[range]).map_err(|_| HeadError::NotUtf8)?;
        let (line, fields) = split_line(text);
        let (version, status, reason) = status_line(line)?;
        let head = Self {
            version,
            status,
            reason: reason.to_owned(),
            headers: field_lines(fields, Fold::Replace)?,
        };
        Ok(Some((head, length)))
    }
}

/// What to do with a field line that begins with white space (RFC 9112 §5.2).
#[derive(Clone, Copy)]
enum Fold {
    /// A server refuses it.
    Refuse,
    /// A client reads it as the rest of the line before.
    Replace,
}

/// The first line without its CRLF, and the rest. The scan has seen to it that neither CR
/// nor LF occurs alone, that tab and space are the only white space beside them, and that
/// the text ends with an empty line: `lines` and `trim_ascii` do what HTTP asks for.
fn split_line(text: &str) -> (&str, &str) {
    text.split_once("\r\n").unwrap_or((text, ""))
}

/// `method SP request-target SP HTTP-version` (RFC 9112 §3), each space exactly one.
fn request_line(line: &str) -> Result<(&str, &str, Version), HeadError> {
    let mut parts = line.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(HeadError::StartLine);
    };
    if !is_token(method) {
        return Err(HeadError::Method);
    }
    let version = self::version(version)?;
    if !is_target(method, target) {
        return Err(HeadError::Target);
    }
    Ok((method, target, version))
}

/// The four forms of a request target (RFC 9112 §3.2).
fn is_target(method: &str, target: &str) -> bool {
    if !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return false;
    }
    match method {
        "CONNECT" => !target.is_empty() && !target.contains('/'),
        "OPTIONS" if target == "*" => true,
        _ => target.starts_with('/') || is_absolute(target),
    }
}

fn is_absolute(target: &str) -> bool {
    target
        .split_once("://")
        .is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty())
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// `HTTP-version SP status-code SP [reason]` (RFC 9112 §4). The second space is missing
/// from some servers' lines when the reason is empty: a client lets that pass.
fn status_line(line: &str) -> Result<(Version, u16, &str), HeadError> {
    let (version, rest) = line.split_once(' ').ok_or(HeadError::StartLine)?;
    let version = self::version(version)?;
    let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
    match code.as_bytes() {
        [b'1'..=b'9', b'0'..=b'9', b'0'..=b'9'] => {
            let status = code.parse().map_err(|_| HeadError::Status)?;
            Ok((version, status, reason))
        }
        _ => Err(HeadError::Status),
    }
}

/// `HTTP/DIGIT.DIGIT`, case-sensitive (RFC 9112 §2.3).
fn version(text: &str) -> Result<Version, HeadError> {
    match text.as_bytes() {
        b"HTTP/1.0" => Ok(Version::Http10),
        // RFC 9110 §2.5: a later minor version is read as the latest that is known.
        [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'1'..=b'9'] => Ok(Version::Http11),
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            Err(HeadError::Version)
        }
        _ => Err(HeadError::StartLine),
    }
}

/// `field-name ":" OWS field-value OWS` (RFC 9112 §5), one a line.
fn field_lines(text: &str, fold: Fold) -> Result<Headers, HeadError> {
    let mut headers = Headers::with_capacity(text.len(), 16);
    for line in text.lines().take_while(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            let more = line.trim_ascii();
            match fold {
                Fold::Replace if headers.unfold(more) => continue,
                Fold::Replace | Fold::Refuse => return Err(HeadError::ObsoleteFolding),
            }
        }
        let (name, value) = line.split_once(':').ok_or(HeadError::NoColon)?;
        if !is_token(name) {
            return Err(match name.ends_with([' ', '\t']) {
                true => HeadError::SpaceBeforeColon,
                false => HeadError::FieldName,
            });
        }
        headers.push(name, value.trim_ascii());
    }
    Ok(headers)
}

/// RFC 9112 §3.2: exactly one `Host` in 1.1, at most one in 1.0, and a valid one.
fn check_host(version: Version, headers: &Headers) -> Result<(), HeadError> {
    let mut hosts = headers.get_all("host");
    match (hosts.next(), hosts.next()) {
        (None, _) if version == Version::Http10 => Ok(()),
        (None, _) => Err(HeadError::MissingHost),
        (Some(_), Some(_)) => Err(HeadError::RepeatedHost),
        (Some(host), None) if host.bytes().all(is_host_byte) => Ok(()),
        (Some(_), None) => Err(HeadError::Host),
    }
}

/// The characters of `uri-host [ ":" port ]` (RFC 3986 §3.2.2).
fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'/' | b'?' | b'#' | b'@' | b'\\' | b'"' | b'<' | b'>')
        && !matches!(byte, b'{' | b'}' | b'|' | b'^' | b'`')
}
