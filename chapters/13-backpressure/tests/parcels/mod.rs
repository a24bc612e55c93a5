//! Frames for outboxes, and what comes out of those, in words.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::sync::Arc;

use backpressure::{Capacity, Next, Outbox, Parcel};
use chat::protocol::{ErrorCode, Name, Presence, Problem, Room, ServerMessage, Text};

pub(crate) const THREE: Capacity = Capacity {
    frames: 3,
    bytes: 100_000,
};

pub(crate) fn room(room: &str) -> Room {
    Room::new(room).expect("a room")
}

pub(crate) fn name(name: &str) -> Name {
    Name::new(name).expect("a name")
}

pub(crate) fn message(to: &str, text: &str) -> Arc<Parcel> {
    numbered(to, 1, text)
}

pub(crate) fn numbered(to: &str, seq: u64, text: &str) -> Arc<Parcel> {
    Parcel::new(&ServerMessage::Message {
        room: room(to),
        seq,
        name: name("ann"),
        text: Text::new(text).expect("a text"),
        id: None,
    })
}

pub(crate) fn presence(to: &str, who: &str, state: Presence) -> Arc<Parcel> {
    Parcel::new(&ServerMessage::Presence {
        room: room(to),
        name: name(who),
        state,
    })
}

pub(crate) fn here(who: &str) -> Arc<Parcel> {
    presence("r", who, Presence::Here)
}

pub(crate) fn gone(who: &str) -> Arc<Parcel> {
    presence("r", who, Presence::Gone)
}

pub(crate) fn typing(who: &str) -> Arc<Parcel> {
    typing_in("r", who)
}

pub(crate) fn typing_in(to: &str, who: &str) -> Arc<Parcel> {
    Parcel::new(&ServerMessage::Typing {
        room: room(to),
        name: name(who),
    })
}

pub(crate) fn answer(text: &str) -> Arc<Parcel> {
    Parcel::new(&Problem::new(ErrorCode::Malformed, text).into())
}

/// What the server says with this.
pub(crate) fn said(next: Next) -> ServerMessage {
    let parcel = match next {
        Next::Dropped { room, count } => return ServerMessage::Dropped { room, count },
        Next::Parcel(parcel) => parcel,
    };
    let frame = parcel.frame();
    // A length of 123 looks like a brace.
    let json = frame.windows(2).position(|two| two == br#"{""#);
    let json = json.expect("JSON");
    let json = std::str::from_utf8(&frame[json..]).expect("a text");
    let message = ServerMessage::parse(json).expect("a message");
    message.expect("one of ours")
}

pub(crate) fn in_words(next: Next) -> String {
    match said(next) {
        ServerMessage::Dropped { room, count } => format!("{count} of {room} missing"),
        ServerMessage::Message { text, .. } => text.to_string(),
        ServerMessage::Presence { room, name, state } => {
            format!("{name} {state:?} in {room}")
        }
        ServerMessage::Typing { name, .. } => format!("{name} types"),
        ServerMessage::Error(problem) => problem.text,
        other => panic!("nobody has sent {other:?}"),
    }
}

/// All that is to be taken.
pub(crate) fn taken(outbox: &Outbox) -> Vec<String> {
    std::iter::from_fn(|| outbox.take()).map(in_words).collect()
}
