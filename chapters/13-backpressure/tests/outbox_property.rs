//! Whatever happens to an outbox.

mod parcels;

use std::sync::Arc;

use backpressure::{Capacity, Next, Outbox, Parcel, Policy};
use chat::protocol::{Presence, Room, ServerMessage};
use parcels::{answer, numbered, presence, said, typing_in};
use proptest::prelude::*;

/// What may happen to an outbox. Numbers are those of rooms.
#[derive(Debug, Clone)]
enum Deed {
    Say(usize, usize),
    Appear(usize),
    Type(usize),
    Answer,
    Take,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => (0..2usize, 1..40usize).prop_map(|(room, length)| Deed::Say(room, length)),
        4 => (0..2usize).prop_map(Deed::Appear),
        2 => (0..2usize).prop_map(Deed::Type),
        1 => Just(Deed::Answer),
        6 => Just(Deed::Take),
    ]
}

const CAPACITY: Capacity = Capacity {
    frames: 5,
    bytes: 500,
};

/// What there was to be heard of one room, and what was.
#[derive(Debug, Default)]
struct Hall {
    said: u64,
    appeared: u64,
    /// The number of the last message.
    heard: u64,
    /// How much was heard of it, and how much a notice has counted.
    messages: u64,
    appearances: u64,
    missing: u64,
    /// As `missing`, since the last message.
    missing_here: u64,
}

/// An outbox, and what its reader knows.
struct Story {
    outbox: Outbox,
    halls: [Hall; 2],
    /// How many persons there are. With few, one that comes again takes its own place.
    persons: u64,
    /// Answers that wait, and their bytes: of them none may be missing.
    answers: Capacity,
}

impl Story {
    fn new(persons: u64) -> Self {
        Self {
            outbox: Outbox::new(CAPACITY, Policy::DropOldest),
            halls: Default::default(),
            persons,
            answers: Capacity::default(),
        }
    }

    /// Does it. Whether the story goes on.
    fn act(&mut self, deed: &Deed) -> bool {
        match *deed {
            Deed::Say(at, length) => {
                self.halls[at].said += 1;
                let text = "x".repeat(length);
                self.put(&numbered(&at.to_string(), self.halls[at].said, &text))
            }
            Deed::Appear(at) => {
                let who = self.halls[at].appeared % self.persons;
                self.halls[at].appeared += 1;
                let (to, who) = (at.to_string(), who.to_string());
                self.put(&presence(&to, &who, Presence::Here))
            }
            Deed::Type(at) => self.put(&typing_in(&at.to_string(), "ann")),
            Deed::Answer => self.put_answer(),
            Deed::Take => self.take(),
        }
    }

    /// Puts something that others say. It is the end only if there is nothing but answers,
    /// and no room beside them.
    fn put(&mut self, parcel: &Arc<Parcel>) -> bool {
        let is_typing = parcel.frame().windows(8).any(|at| at == b"\"typing\"");
        let is_presence = parcel.frame().windows(10).any(|at| at == b"\"presence\"");
        let may_end = !is_typing && !is_presence && !self.has_room_beside(parcel);
        self.outbox.put(parcel);
        assert_eq!(self.outbox.has_overflowed(), may_end);
        !may_end
    }

    fn put_answer(&mut self) -> bool {
        let parcel = answer("x");
        let has_room = self.has_room_beside(&parcel);
        self.outbox.put(&parcel);
        self.answers.frames += 1;
        self.answers.bytes += parcel.frame().len();
        assert_eq!(self.outbox.has_overflowed(), !has_room);
        has_room
    }

    /// Whether there would be room for it if nothing waited but the answers.
    fn has_room_beside(&self, parcel: &Parcel) -> bool {
        let Capacity { frames, bytes } = self.answers;
        let bytes = bytes + parcel.frame().len();
        frames == 0 || (frames < CAPACITY.frames && bytes <= CAPACITY.bytes)
    }

    fn take(&mut self) -> bool {
        if let Some(next) = self.outbox.take() {
            self.hear(next);
        }
        true
    }

    fn hear(&mut self, next: Next) {
        match said(next) {
            ServerMessage::Dropped { room, count } => {
                assert!(count > 0);
                let hall = self.hall(&room);
                hall.missing += count;
                hall.missing_here += count;
            }
            ServerMessage::Message { room, seq, .. } => {
                let hall = self.hall(&room);
                assert!(seq > hall.heard, "{seq} after {}", hall.heard);
                // With those who came and went.
                assert!(seq - hall.heard - 1 <= hall.missing_here, "unsaid");
                hall.heard = seq;
                hall.messages += 1;
                hall.missing_here = 0;
            }
            ServerMessage::Presence { room, .. } => self.hall(&room).appearances += 1,
            ServerMessage::Error(_) => {
                self.answers.frames -= 1;
                self.answers.bytes -= answer("x").frame().len();
            }
            ServerMessage::Typing { .. } => {}
            other => panic!("nobody has said {other:?}"),
        }
    }

    fn hall(&mut self, room: &Room) -> &mut Hall {
        let at: usize = room.as_str().parse().expect("a number");
        &mut self.halls[at]
    }

    /// Hears what is left. Then each message was heard or counted, and each appearance too,
    /// unless a newer one has taken its place.
    fn end(mut self) {
        while let Some(next) = self.outbox.take() {
            self.hear(next);
        }
        assert_eq!(self.answers, Capacity::default(), "all were heard");
        for hall in &self.halls {
            assert_eq!(hall.heard.max(hall.said), hall.said);
            let unheard = hall.said - hall.messages;
            let unseen = hall.appeared - hall.appearances;
            assert!(hall.missing >= unheard, "{hall:?}");
            assert!(hall.missing <= unheard + unseen, "{hall:?}");
            if self.persons > hall.appeared {
                assert_eq!(hall.missing, unheard + unseen, "{hall:?}");
            }
        }
    }
}

proptest! {
    /// Whatever happens, the bound is kept, what was said comes in its order, and what does
    /// not come is counted before the next message. Only who lets answers wait is sent away.
    #[test]
    fn nothing_is_missing_unsaid(
        deeds in prop::collection::vec(deed(), 1..200),
        persons in prop_oneof![Just(2u64), Just(1000)],
    ) {
        let mut story = Story::new(persons);
        for deed in &deeds {
            if !story.act(deed) {
                prop_assert!(story.outbox.take().is_none(), "nothing comes any more");
                prop_assert_eq!(story.outbox.waiting(), Capacity::default());
                return Ok(());
            }
            let waiting = story.outbox.waiting();
            prop_assert!(waiting.frames <= CAPACITY.frames);
            prop_assert!(waiting.bytes <= CAPACITY.bytes);
        }
        story.end();
    }
}
