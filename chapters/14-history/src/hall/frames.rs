//! What is told, encoded once for all who are told it.

use bytes::Bytes;
use chat::protocol::VERSION as ONE;
use connection::{Connection, Message};

use crate::protocol::ServerMessage;

/// A message as a frame, encoded once for all who read it, in both versions.
#[derive(Debug, Clone)]
pub(crate) struct Frames {
    one: Bytes,
    two: Bytes,
}

impl Frames {
    pub(crate) fn of(message: ServerMessage) -> Self {
        let two = message.to_json();
        let one = message.json_in_version_1();
        let encode = |text: String| Connection::encode(&Message::Text(text.into()));
        if one == two {
            let both = encode(one);
            let (one, two) = (both.clone(), both);
            return Self { one, two };
        }
        let (one, two) = (encode(one), encode(two));
        Self { one, two }
    }

    pub(crate) fn in_version(&self, version: u32) -> &Bytes {
        match version {
            ONE => &self.one,
            _ => &self.two,
        }
    }

    /// How much memory they take, in bytes.
    pub(super) fn size(&self) -> usize {
        match self.one.as_ptr() == self.two.as_ptr() {
            true => self.two.len(),
            false => self.one.len() + self.two.len(),
        }
    }
}
