//! What is received, and how much of it.

use std::borrow::Cow;

/// What an [`Assembler`](crate::Assembler) takes before it refuses a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes that a message may have, over all of its fragments.
    pub max_message: usize,
    /// The most fragments that a message may have. Empty ones are legal (RFC 6455 §5.4),
    /// so a limit of the bytes alone never ends a message of them.
    pub max_fragments: u32,
}

impl Default for Limits {
    /// 1 MiB, in at most 65,536 fragments.
    fn default() -> Self {
        Self {
            max_message: 1 << 20,
            max_fragments: 1 << 16,
        }
    }
}

/// A whole message. It is borrowed from where it was read when it came there in one piece,
/// and gathered otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message<'a> {
    /// A text: what is not UTF-8 does not become one (RFC 6455 §8.1).
    Text(Cow<'a, str>),
    /// Bytes, whatever they mean.
    Binary(Cow<'a, [u8]>),
}

/// A message, or a control frame with its payload of at most 125 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received<'a> {
    /// A whole message.
    Message(Message<'a>),
    /// A ping, with what its pong has to carry (RFC 6455 §5.5.3).
    Ping(Cow<'a, [u8]>),
    /// A pong.
    Pong(Cow<'a, [u8]>),
    /// A close frame; what its payload means is not checked here.
    Close(Cow<'a, [u8]>),
}

impl Received<'_> {
    /// The same, borrowed from nothing.
    pub fn into_owned(self) -> Received<'static> {
        let bytes = |payload: Cow<'_, [u8]>| Cow::Owned(payload.into_owned());
        match self {
            Self::Message(Message::Text(text)) => {
                Received::Message(Message::Text(text.into_owned().into()))
            }
            Self::Message(Message::Binary(payload)) => {
                Received::Message(Message::Binary(bytes(payload)))
            }
            Self::Ping(payload) => Received::Ping(bytes(payload)),
            Self::Pong(payload) => Received::Pong(bytes(payload)),
            Self::Close(payload) => Received::Close(bytes(payload)),
        }
    }
}
