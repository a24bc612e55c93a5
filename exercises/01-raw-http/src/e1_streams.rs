//! TCP gives a server a stream of bytes, and no hint where a request ends. Here are five
//! streams. Each is sent to the chapter's server in one go, on a fresh connection. The
//! server answers `GET` and `POST` with 200, and any other method with 405.
//!
//! Say what comes back *within a second*: the statuses, in order, and whether the
//! connection is still open after that second. Write it down before you run anything;
//! then the checks send the bytes and compare.

/// What you expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// The statuses of the answers, in order.
    pub statuses: &'static [u16],
    /// Whether the server has left the connection open.
    pub stays_open: bool,
}

pub const TWO_AT_ONCE: &str = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\
                               GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";

pub fn two_at_once() -> Prediction {
    todo!("predict the answers to TWO_AT_ONCE")
}

pub const OLD: &str = "GET /1 HTTP/1.0\r\n\r\n\
                       GET /2 HTTP/1.0\r\n\r\n";

pub fn old() -> Prediction {
    todo!("predict the answers to OLD")
}

pub const NAMELESS: &str = "GET /1 HTTP/1.1\r\n\r\n\
                            GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";

pub fn nameless() -> Prediction {
    todo!("predict the answers to NAMELESS")
}

pub const LENGTH_TOO_SMALL: &str = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nhello\
     GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";

pub fn length_too_small() -> Prediction {
    todo!("predict the answers to LENGTH_TOO_SMALL")
}

pub const LENGTH_TOO_LARGE: &str =
    "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello";

pub fn length_too_large() -> Prediction {
    todo!("predict the answers to LENGTH_TOO_LARGE")
}
