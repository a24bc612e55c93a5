//! Why a server refuses, and what it answers.

use std::fmt;

use raw_http::{HeadError, RequestError, Response, status_of};

/// Why a request does not become a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// What came is not the head of a request.
    Head(HeadError),
    /// A method other than `GET`.
    Method,
    /// HTTP/1.0, in which there is no upgrade.
    Http10,
    /// A body, which a handshake does not have.
    Body,
    /// No `websocket` in `Upgrade`: a request like any other.
    NoUpgrade,
    /// No `Upgrade` in `Connection`: often a proxy has taken it out.
    NoConnectionUpgrade,
    /// No `Sec-WebSocket-Version`.
    MissingVersion,
    /// More than one `Sec-WebSocket-Version`.
    RepeatedVersion,
    /// A version of the protocol other than 13.
    UnknownVersion,
    /// No `Sec-WebSocket-Key`.
    MissingKey,
    /// More than one `Sec-WebSocket-Key`.
    RepeatedKey,
    /// A `Sec-WebSocket-Key` that is not the base64 of 16 bytes.
    InvalidKey,
    /// A page that may not connect.
    Origin,
    /// A `Sec-WebSocket-Protocol` that is no list of different tokens.
    Subprotocols,
    /// A `Sec-WebSocket-Extensions` that is no list of extensions.
    Extensions,
    /// The application's own answer, instead of a handshake: 404 for a path, 401 with its
    /// `WWW-Authenticate`, 503 while draining, or a page. It is final: a status below 200
    /// goes out as an empty 500.
    ///
    /// A browser's script learns none of it. It sees that the connection failed.
    Answer(Response),
}

impl Refusal {
    /// The answer to a refused request: the only place that knows its status and fields.
    /// All of them close the connection.
    pub fn response(&self) -> Response {
        let response = match self {
            Self::Answer(response) => final_answer(response),
            Self::Head(error) => self.explain(status_of_head(*error)),
            // RFC 9110 §15.5.6
            Self::Method => self.explain(405).header("Allow", "GET"),
            // RFC 9110 §15.5.22: a 426 says to what.
            Self::Http10 | Self::NoUpgrade | Self::NoConnectionUpgrade => {
                self.explain(426).header("Upgrade", "websocket")
            }
            // RFC 6455 §4.4: with every version that is understood.
            Self::UnknownVersion => self
                .explain(426)
                .header("Upgrade", "websocket")
                .header("Sec-WebSocket-Version", "13"),
            Self::Body
            | Self::MissingVersion
            | Self::RepeatedVersion
            | Self::MissingKey
            | Self::RepeatedKey
            | Self::InvalidKey
            | Self::Subprotocols
            | Self::Extensions => self.explain(400),
            // RFC 6455 §4.2.2, item 4
            Self::Origin => self.explain(403),
        };
        close(response)
    }

    fn explain(&self, status: u16) -> Response {
        Response::text(status, format!("{self}\n"))
    }
}

/// Chapter 1's status. Every wrong head has one.
fn status_of_head(error: HeadError) -> u16 {
    status_of(&RequestError::Head(error)).unwrap_or(400)
}

/// A client would take a status below 200 for an interim answer, and wait on.
fn final_answer(response: &Response) -> Response {
    match response.status {
        ..200 => Response::new(500),
        _ => response.clone(),
    }
}

/// With `Connection: close`; and RFC 9110 §7.8: who sends `Upgrade` says so there.
fn close(mut response: Response) -> Response {
    let options = match response.headers.get("Upgrade") {
        Some(_) => "Upgrade, close",
        None => "close",
    };
    response.headers.insert("Connection", options);
    response
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Head(error) => return error.fmt(f),
            Self::Answer(response) => {
                return write!(f, "answered with {}", response.status);
            }
            Self::Method => "a method other than GET (RFC 6455 §4.1)",
            Self::Http10 => "HTTP/1.0, which has no upgrade (RFC 9110 §7.8)",
            Self::Body => "a handshake with a body (RFC 9110 §9.3.1)",
            Self::NoUpgrade => "no `websocket` in Upgrade (RFC 6455 §4.2.1)",
            Self::NoConnectionUpgrade => "no `Upgrade` in Connection (RFC 6455 §4.2.1)",
            Self::MissingVersion => "no Sec-WebSocket-Version (RFC 6455 §4.2.1)",
            Self::RepeatedVersion => {
                "more than one Sec-WebSocket-Version (RFC 6455 §11.3.5)"
            }
            Self::UnknownVersion => "a Sec-WebSocket-Version other than 13 (RFC 6455 §4.4)",
            Self::MissingKey => "no Sec-WebSocket-Key (RFC 6455 §4.2.1)",
            Self::RepeatedKey => "more than one Sec-WebSocket-Key (RFC 6455 §11.3.1)",
            Self::InvalidKey => {
                "a Sec-WebSocket-Key that is not the base64 of 16 bytes (RFC 6455 §4.2.1)"
            }
            Self::Origin => "an Origin that may not connect (RFC 6455 §10.2)",
            Self::Subprotocols => {
                "a Sec-WebSocket-Protocol that is no list of different tokens \
                 (RFC 6455 §4.1)"
            }
            Self::Extensions => {
                "a Sec-WebSocket-Extensions that is no list of extensions (RFC 6455 §9.1)"
            }
        })
    }
}

impl std::error::Error for Refusal {}

impl From<HeadError> for Refusal {
    fn from(error: HeadError) -> Self {
        Self::Head(error)
    }
}
