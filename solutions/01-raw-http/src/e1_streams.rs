//! What the five streams bring back, and why.

/// What you expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// The statuses of the answers, in order.
    pub statuses: &'static [u16],
    /// Whether the server has left the connection open.
    pub stays_open: bool,
}

/// Two requests in one write.
pub const TWO_AT_ONCE: &str = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\
                               GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";

/// Two requests, whatever the reads.
pub fn two_at_once() -> Prediction {
    Prediction {
        statuses: &[200, 200],
        stays_open: true,
    }
}

/// Two requests of HTTP/1.0.
pub const OLD: &str = "GET /1 HTTP/1.0\r\n\r\n\
                       GET /2 HTTP/1.0\r\n\r\n";

/// The first answer of HTTP/1.0 is the last; the second request is not read.
pub fn old() -> Prediction {
    Prediction {
        statuses: &[200],
        stays_open: false,
    }
}

/// A request without `Host`, and a good one.
pub const NAMELESS: &str = "GET /1 HTTP/1.1\r\n\r\n\
                            GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";

/// Nothing after a request that could not be read is read as one.
pub fn nameless() -> Prediction {
    Prediction {
        statuses: &[400],
        stays_open: false,
    }
}

/// A body longer than it says.
pub const LENGTH_TOO_SMALL: &str = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nhello\
     GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";

/// The body is `hel`; the method of the next request is `loGET`.
pub fn length_too_small() -> Prediction {
    Prediction {
        statuses: &[200, 405],
        stays_open: true,
    }
}

/// A body shorter than it says.
pub const LENGTH_TOO_LARGE: &str =
    "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello";

/// Five bytes are missing, and the server waits for them, for 30 s.
pub fn length_too_large() -> Prediction {
    Prediction {
        statuses: &[],
        stays_open: true,
    }
}
