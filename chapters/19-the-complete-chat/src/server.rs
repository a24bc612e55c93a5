//! The server: chapter 14's conversations behind every way in.

use backpressure::websocket_route;
use handshake::Policy;
use history::{FanOut, Gate, RoomLog};
use operations::{Conversations, Site};

/// The ways in to the chat.
#[derive(Debug, Clone)]
pub struct Ways {
    /// Which pages may open a WebSocket.
    pub policy: Policy,
}

impl Ways {
    /// A site that has these ways, and nothing else yet.
    pub fn site<L: RoomLog, F: FanOut, G: Gate>(
        &self,
        _conversations: &Conversations<L, F, G>,
    ) -> Site {
        websocket_route(self.policy.clone()).into()
    }
}
