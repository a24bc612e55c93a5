//! WebSockets are blocked when one fails while something else works.

/// How long it is remembered that WebSockets are blocked: ten minutes.
pub const MEMORY: u64 = 600_000;

/// How a page talks to its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Over a WebSocket.
    WebSocket,
    /// With requests.
    Polling,
}

/// What a page knows about the two.
#[derive(Debug)]
pub struct Choice {
    /// What is used.
    open: Option<Way>,
    /// What was tried last, since nothing is open.
    tried: Option<Way>,
    blocked_until: Option<u64>,
}

impl Choice {
    /// A page is loaded. What one before it in the same tab has `remembered` is given to it.
    pub fn new(remembered: Option<u64>) -> Self {
        Self {
            open: None,
            tried: None,
            blocked_until: remembered,
        }
    }

    /// What to try, while nothing is open.
    pub fn next(&self, now: u64) -> Way {
        match self.tried {
            Some(Way::WebSocket) => Way::Polling,
            Some(Way::Polling) => Way::WebSocket,
            None if self.blocked(now) => Way::Polling,
            None => Way::WebSocket,
        }
    }

    /// Whether to try a WebSocket beside the polls.
    pub fn beside(&self, now: u64) -> bool {
        self.open == Some(Way::Polling) && !self.blocked(now)
    }

    /// An attempt has failed.
    pub fn failed(&mut self, now: u64, way: Way) {
        match (self.open, way) {
            // In a tunnel nothing works, and nothing is learnt.
            (None, _) => self.tried = Some(way),
            (Some(Way::Polling), Way::WebSocket) => {
                self.blocked_until = Some(now + MEMORY);
            }
            (Some(_), _) => {}
        }
    }

    /// An attempt has succeeded: this way is used from now on.
    pub fn opened(&mut self, _now: u64, way: Way) {
        self.open = Some(way);
        self.tried = None;
        if way == Way::WebSocket {
            self.blocked_until = None;
        }
    }

    /// The way that was used does not work any more.
    pub fn lost(&mut self, _now: u64) {
        self.open = None;
    }

    /// Until when WebSockets are taken to be blocked, if they are.
    pub fn remembered(&self) -> Option<u64> {
        self.blocked_until
    }

    fn blocked(&self, now: u64) -> bool {
        self.blocked_until.is_some_and(|until| now < until)
    }
}
