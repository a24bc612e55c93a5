//! A connection's end has said goodbye, and the peer is not done yet: it has half a film to
//! send. So that it knows whether anybody is still there, it pings now and then. Nobody
//! answers, and after a while it gives up.
//!
//! This is how tungstenite 0.29.0 behaves, the library under axum 0.8.9. The state machine
//! below is made after its own, as small as it can be: four states, and what is done with a
//! frame in each. When it gets a ping, it looks whether the connection is active.
//!
//! RFC 6455, section 5.5.2, asks for a pong "unless it already *received* a Close frame".
//!
//! Repair `receive`. What works must go on working: an answer to the peer's Close if none
//! of ours is sent, and after that Close nothing at all.

/// A frame, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A text.
    Text(String),
    /// A ping and its payload.
    Ping(Vec<u8>),
    /// A pong and its payload.
    Pong(Vec<u8>),
    /// A Close.
    Close,
}

/// Where a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Both sides talk.
    Active,
    /// We have said goodbye.
    ClosedByUs,
    /// The peer has, and we have answered.
    ClosedByPeer,
    /// Both have, we first.
    CloseAcknowledged,
}

/// One end of a connection.
#[derive(Debug)]
pub struct Talk {
    state: State,
    /// What this end has sent.
    pub sent: Vec<Frame>,
}

impl Talk {
    /// An open connection.
    pub fn open() -> Self {
        Self {
            state: State::Active,
            sent: Vec::new(),
        }
    }

    /// Says goodbye.
    pub fn close(&mut self) {
        if self.state == State::Active {
            self.state = State::ClosedByUs;
            self.sent.push(Frame::Close);
        }
    }

    /// Takes a frame of the peer, and gives back a text that the application is to see.
    pub fn receive(&mut self, frame: Frame) -> Option<String> {
        let is_active = self.state == State::Active;
        match frame {
            Frame::Text(text) => match self.state {
                State::Active | State::ClosedByUs => Some(text),
                State::ClosedByPeer | State::CloseAcknowledged => None,
            },
            Frame::Ping(payload) => {
                // No pong once there was a goodbye.
                if is_active {
                    self.sent.push(Frame::Pong(payload));
                }
                None
            }
            Frame::Pong(_) => None,
            Frame::Close => {
                self.state = match self.state {
                    State::Active => {
                        self.sent.push(Frame::Close);
                        State::ClosedByPeer
                    }
                    State::ClosedByUs => State::CloseAcknowledged,
                    state @ (State::ClosedByPeer | State::CloseAcknowledged) => state,
                };
                None
            }
        }
    }
}
