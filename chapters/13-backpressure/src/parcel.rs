//! A frame that is encoded once, and what it is about.

use std::sync::Arc;

use bytes::Bytes;
use chat::protocol::{Name, Room, ServerMessage};
use connection::{Connection, Message};

/// A frame for one reader or for a thousand: it is encoded once, and each
/// [`Outbox`](crate::Outbox) holds the same one.
#[derive(Debug, PartialEq, Eq)]
pub struct Parcel {
    frame: Bytes,
    kind: Kind,
}

/// What a frame tells, and so what may become of it when its reader is slow.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// What this reader has asked for, or was told about itself.
    Answer,
    /// What somebody said: every reader wants each, in their order.
    Message(Room),
    /// Whether this person is there. Only the newest matters.
    Presence(Room, Name),
    /// That this person is typing. It matters now, or not at all.
    Typing(Room, Name),
}

/// Of what sort something is that may be dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Message,
    Presence,
    Typing,
}

impl Kind {
    pub(crate) fn sort(&self) -> Option<Sort> {
        match self {
            Self::Answer => None,
            Self::Message(_) => Some(Sort::Message),
            Self::Presence(..) => Some(Sort::Presence),
            Self::Typing(..) => Some(Sort::Typing),
        }
    }

    /// Whether a newer one takes its place.
    pub(crate) fn is_state(&self) -> bool {
        matches!(self, Self::Presence(..) | Self::Typing(..))
    }
}

impl Parcel {
    /// A message of the server, as a frame.
    pub fn new(message: &ServerMessage) -> Arc<Self> {
        let kind = match message {
            ServerMessage::Message { room, .. } => Kind::Message(room.clone()),
            ServerMessage::Presence { room, name, .. } => {
                Kind::Presence(room.clone(), name.clone())
            }
            ServerMessage::Typing { room, name } => {
                Kind::Typing(room.clone(), name.clone())
            }
            ServerMessage::Welcome { .. }
            | ServerMessage::Joined { .. }
            | ServerMessage::Left { .. }
            | ServerMessage::Dropped { .. }
            | ServerMessage::Error(_) => Kind::Answer,
        };
        let text = message.to_json();
        let frame = Connection::encode(&Message::Text(text.into()));
        Arc::new(Self { frame, kind })
    }

    /// The frame, ready to be written.
    pub fn frame(&self) -> &Bytes {
        &self.frame
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The room that it tells of, if it is no answer.
    pub(crate) fn room(&self) -> Option<&Room> {
        match &self.kind {
            Kind::Answer => None,
            Kind::Message(room) | Kind::Presence(room, _) | Kind::Typing(room, _) => {
                Some(room)
            }
        }
    }
}
