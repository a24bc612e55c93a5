//! Whole messages, and how they are written.

use std::fmt::Write as _;

use bytes::{BufMut, Bytes, BytesMut};

use crate::framing::{keeps_alive, may_declare_length};
use crate::head::{RequestHead, Version};
use crate::headers::Headers;

/// A request with its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, case-sensitive: `GET`.
    pub method: String,
    /// The request target: `/board?after=3`.
    pub target: String,
    /// The version.
    pub version: Version,
    /// The header fields. A [`Client`](crate::Client) adds `Host`, `Content-Length` and
    /// `Connection` itself.
    pub headers: Headers,
    /// The body, empty when there is none.
    pub body: Bytes,
}

impl Request {
    /// A request without a body.
    pub fn new(method: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            target: target.into(),
            version: Version::Http11,
            headers: Headers::new(),
            body: Bytes::new(),
        }
    }

    /// `GET target`.
    pub fn get(target: impl Into<String>) -> Self {
        Self::new("GET", target)
    }

    /// `POST target` with a body.
    pub fn post(target: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            ..Self::new("POST", target)
        }
    }

    /// With one more field.
    ///
    /// # Panics
    ///
    /// When it is invalid, as [`Headers::append`].
    #[must_use]
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The path of the target and, after a `?`, its query, as they were sent. The
    /// absolute form (`http://host/path`), which a server must accept too (RFC 9112
    /// §3.2.2), is cut down to its path.
    pub fn path_and_query(&self) -> (&str, Option<&str>) {
        let target = match self.target.split_once("://") {
            Some((_, rest)) if !self.target.starts_with('/') => {
                rest.find(['/', '?']).map_or("/", |start| &rest[start..])
            }
            _ => &self.target,
        };
        match target.split_once('?') {
            Some(("", query)) => ("/", Some(query)),
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        }
    }

    /// Whether sending it twice has the effect of sending it once (RFC 9110 §9.2.2).
    pub fn is_idempotent(&self) -> bool {
        let method = self.method.as_str();
        matches!(
            method,
            "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE"
        )
    }

    pub(crate) fn with_body(head: RequestHead, body: Bytes) -> Self {
        Self {
            method: head.method,
            target: head.target,
            version: head.version,
            headers: head.headers,
            body,
        }
    }

    /// Writes the request. Which fields say where the message ends, and what becomes of
    /// the connection, is for the connection to say: the caller's own are left out.
    pub(crate) fn encode(&self, host: &str, keep_alive: bool, out: &mut BytesMut) {
        let (method, target, version) = (&self.method, &self.target, self.version);
        put(out, format_args!("{method} {target} {version}\r\n"));
        put(out, format_args!("Host: {host}\r\n"));
        put_fields(out, &self.headers);
        // RFC 9110 §8.6: a method that means a body declares even an empty one.
        if !self.body.is_empty() || matches!(method.as_str(), "POST" | "PUT" | "PATCH")
        {
            put(out, format_args!("Content-Length: {}\r\n", self.body.len()));
        }
        put_connection(out, version, keep_alive);
        out.put_slice(b"\r\n");
        out.put_slice(&self.body);
    }
}

/// A response with its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The version. A server always says 1.1, to a 1.0 client too (RFC 9110 §2.5).
    pub version: Version,
    /// The header fields. A server adds `Content-Length` and `Connection` itself.
    pub headers: Headers,
    /// The body, empty when there is none.
    pub body: Bytes,
}

impl Response {
    /// An answer without a body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            version: Version::Http11,
            headers: Headers::new(),
            body: Bytes::new(),
        }
    }

    /// An answer with a body of the given media type.
    pub fn with_type(status: u16, media_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            ..Self::new(status).header("Content-Type", media_type)
        }
    }

    /// An answer of plain text.
    pub fn text(status: u16, body: impl Into<Bytes>) -> Self {
        Self::with_type(status, "text/plain; charset=utf-8", body)
    }

    /// An answer of JSON, which the caller has serialised.
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::with_type(status, "application/json", body)
    }

    /// With one more field.
    ///
    /// # Panics
    ///
    /// When it is invalid, as [`Headers::append`].
    #[must_use]
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Writes the response as the answer to one request.
    pub(crate) fn encode(&self, reply: &Reply, date: Option<&str>, out: &mut BytesMut) {
        let (status, reason) = (self.status, reason(self.status));
        put(
            out,
            format_args!("{} {status} {reason}\r\n", Version::Http11),
        );
        if let Some(date) = date {
            put(out, format_args!("Date: {date}\r\n"));
        }
        put_fields(out, &self.headers);
        if may_declare_length(status) {
            put(out, format_args!("Content-Length: {}\r\n", self.body.len()));
        }
        put_connection(out, reply.version, reply.keep_alive);
        out.put_slice(b"\r\n");
        if may_declare_length(status) && !reply.head_only {
            out.put_slice(&self.body);
        }
    }
}

/// What of a request its answer depends on.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) version: Version,
    /// HEAD: the head that a GET would get, and no body (RFC 9110 §9.3.2).
    pub(crate) head_only: bool,
    pub(crate) keep_alive: bool,
}

impl Reply {
    pub(crate) fn to(request: &Request) -> Self {
        Self {
            version: request.version,
            head_only: request.method == "HEAD",
            keep_alive: keeps_alive(request.version, &request.headers),
        }
    }

    /// To what could not be understood.
    pub(crate) fn to_mistake() -> Self {
        Self {
            version: Version::Http11,
            head_only: false,
            keep_alive: false,
        }
    }
}

/// The fields that the connection writes itself.
const FRAMING_FIELDS: [&str; 4] =
    ["host", "content-length", "transfer-encoding", "connection"];

fn put_fields(out: &mut BytesMut, headers: &Headers) {
    for (name, value) in headers.iter() {
        if !FRAMING_FIELDS
            .iter()
            .any(|own| own.eq_ignore_ascii_case(name))
        {
            put(out, format_args!("{name}: {value}\r\n"));
        }
    }
}

/// RFC 9112 §9.3: what differs from the version's default is said.
fn put_connection(out: &mut BytesMut, version: Version, keep_alive: bool) {
    match (version, keep_alive) {
        (Version::Http11, true) => {}
        (Version::Http10, true) => out.put_slice(b"Connection: keep-alive\r\n"),
        (_, false) => out.put_slice(b"Connection: close\r\n"),
    }
}

fn put(out: &mut BytesMut, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a BytesMut grows");
}

/// The phrase that goes with a status: for people, no program reads it.
pub fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        414 => "URI Too Long",
        426 => "Upgrade Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}
