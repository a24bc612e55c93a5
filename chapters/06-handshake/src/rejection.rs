//! Why a client does not take an answer.

use std::fmt;

use raw_http::{HeadError, ResponseHead};

/// Why an answer does not open a WebSocket. The client closes the connection, and has sent
/// no frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// What came is not the head of an answer.
    Head(HeadError),
    /// More interim answers than anybody needs.
    TooManyInterim,
    /// Another status than 101: the server has refused, or is no WebSocket server. A
    /// redirect is not followed.
    Status(Box<ResponseHead>),
    /// A 101 of HTTP/1.0, in which there is none.
    Http10,
    /// An `Upgrade` other than `websocket`, or none.
    Upgrade,
    /// No `Upgrade` in `Connection`.
    ConnectionUpgrade,
    /// A `Sec-WebSocket-Accept` that does not follow from the key, or none, or several:
    /// whoever answers has not read this request.
    Accept,
    /// An extension that was not offered.
    Extension,
    /// A subprotocol that was not offered, or more than one.
    Subprotocol,
    /// No subprotocol, where the client insists on one.
    NoSubprotocol,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Head(error) => return error.fmt(f),
            Self::Status(head) => {
                let ResponseHead { status, reason, .. } = &**head;
                return write!(f, "{status} {reason} instead of 101 (RFC 6455 §4.1)");
            }
            Self::TooManyInterim => "too many interim answers (RFC 9110 §15.2)",
            Self::Http10 => "a 101 of HTTP/1.0 (RFC 9110 §7.8)",
            Self::Upgrade => "an Upgrade other than `websocket` (RFC 6455 §4.1)",
            Self::ConnectionUpgrade => "no `Upgrade` in Connection (RFC 6455 §4.1)",
            Self::Accept => {
                "a Sec-WebSocket-Accept that does not follow from the key (RFC 6455 §4.1)"
            }
            Self::Extension => "an extension that was not offered (RFC 6455 §4.1)",
            Self::Subprotocol => "a subprotocol that was not offered (RFC 6455 §4.1)",
            Self::NoSubprotocol => "none of the subprotocols that were offered",
        })
    }
}

impl std::error::Error for Rejection {}

impl From<HeadError> for Rejection {
    fn from(error: HeadError) -> Self {
        Self::Head(error)
    }
}
