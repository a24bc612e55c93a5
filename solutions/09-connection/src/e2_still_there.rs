//! One end of a connection that answers pings for as long as it has to.

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
        match frame {
            Frame::Text(text) => match self.state {
                State::Active | State::ClosedByUs => Some(text),
                State::ClosedByPeer | State::CloseAcknowledged => None,
            },
            Frame::Ping(payload) => {
                // Section 5.5.2: until a Close has been received.
                match self.state {
                    State::Active | State::ClosedByUs => {
                        self.sent.push(Frame::Pong(payload));
                    }
                    State::ClosedByPeer | State::CloseAcknowledged => {}
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
