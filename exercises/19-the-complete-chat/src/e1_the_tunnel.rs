//! A page is loaded in a train, and the train goes into a tunnel. WebSocket: failed. So the page
//! falls back to long polling, which fails as well, again and again. Behind the tunnel polling
//! works. And now the page polls for as long as its tab is open, on every other page too, for
//! it has written down: "WebSockets do not work here".
//!
//! That is how phoenix.js 1.8.1 decides (`connectWithFallback` in its `socket.js`), and here
//! it is in Rust. What it takes for a proof is none: nothing worked in the tunnel.
//!
//! Repair `Choice`. It is told what has come of each attempt, and asked what to try.
//!
//! * While nothing is open, the two ways are tried in turn, and WebSocket comes first. Once
//!   something has been open and is lost, that begins anew.
//! * Polling is used as soon as it works. Only now can it be found out whether WebSockets are
//!   blocked: one is tried *beside* the polls (`beside` says so until it is known). If that
//!   opens, the page goes over to it. If it fails, while polling works, then they are blocked.
//! * That is remembered for `MEMORY`, and no longer: people leave their offices. So long
//!   polling comes first, and nothing is tried beside it; after that, `beside` asks for another
//!   try. A page that is loaded later in the same tab gets what was `remembered`.
//! * A WebSocket that opens proves that they are not blocked, whatever was remembered.
//!
//! Times are in milliseconds.

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
    way: Way,
    /// Whether a WebSocket has been open.
    proven: bool,
    remembered: Option<u64>,
}

impl Choice {
    /// A page is loaded. What one before it in the same tab has `remembered` is given to it.
    pub fn new(remembered: Option<u64>) -> Self {
        Self {
            way: if remembered.is_some() {
                Way::Polling
            } else {
                Way::WebSocket
            },
            proven: false,
            remembered,
        }
    }

    /// What to try, while nothing is open.
    pub fn next(&self, now: u64) -> Way {
        self.way
    }

    /// Whether to try a WebSocket beside the polls.
    pub fn beside(&self, now: u64) -> bool {
        false
    }

    /// An attempt has failed.
    pub fn failed(&mut self, now: u64, way: Way) {
        if way == Way::WebSocket && !self.proven {
            self.way = Way::Polling;
        }
    }

    /// An attempt has succeeded: this way is used from now on.
    pub fn opened(&mut self, now: u64, way: Way) {
        match way {
            Way::WebSocket => self.proven = true,
            Way::Polling if !self.proven => self.remembered = Some(u64::MAX),
            Way::Polling => {}
        }
    }

    /// The way that was used does not work any more.
    pub fn lost(&mut self, now: u64) {}

    /// Until when WebSockets are taken to be blocked, if they are.
    pub fn remembered(&self) -> Option<u64> {
        self.remembered
    }
}
