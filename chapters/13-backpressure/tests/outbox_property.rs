//! Whatever happens to an outbox.

mod parcels;

use backpressure::{Capacity, Next, Outbox, Policy};
use parcels::{answer, here, in_words, message, typing};
use proptest::prelude::*;

/// What may happen to an outbox.
#[derive(Debug, Clone)]
enum Deed {
    Say(u8, usize),
    Appear(u8),
    Type(u8),
    Answer,
    Take,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..3u8, 1..40usize).prop_map(|(room, length)| Deed::Say(room, length)),
        1 => (0..4u8).prop_map(Deed::Appear),
        1 => (0..4u8).prop_map(Deed::Type),
        1 => Just(Deed::Answer),
        3 => Just(Deed::Take),
    ]
}

proptest! {
    /// Whatever happens, the bound is kept, messages come in their order, and those that do
    /// not come are counted where they missing.
    #[test]
    fn nothing_is_missing_unsaid(deeds in prop::collection::vec(deed(), 1..200)) {
        let capacity = Capacity { frames: 5, bytes: 500 };
        let outbox = Outbox::new(capacity, Policy::DropOldest);
        let mut said = [0u64; 3];
        let mut heard = [0u64; 3];
        for deed in deeds {
            match deed {
                Deed::Say(room, length) => {
                    said[usize::from(room)] += 1;
                    let seq = said[usize::from(room)];
                    let text = format!("{room} {seq}{}", ".".repeat(length));
                    outbox.put(&message(&room.to_string(), &text));
                }
                Deed::Appear(who) => outbox.put(&here(&who.to_string())),
                Deed::Type(who) => outbox.put(&typing(&who.to_string())),
                Deed::Answer => outbox.put(&answer("x")),
                Deed::Take => match outbox.take() {
                    None => {
                        if outbox.has_overflowed() {
                            return Ok(());
                        }
                    }
                    Some(Next::Dropped { room, count }) => {
                        prop_assert!(count > 0);
                        // Of the room "r" only presence is dropped.
                        if let Ok(room) = room.as_str().parse::<usize>() {
                            heard[room] += count;
                        }
                    }
                    Some(next) => {
                        let words = in_words(next);
                        let parts = words.trim_end_matches('.').split_once(' ');
                        let room = parts.and_then(|(room, _)| room.parse::<usize>().ok());
                        if let (Some(room), Some((_, seq))) = (room, parts)
                            && seq.parse::<u64>().is_ok()
                        {
                            heard[room] += 1;
                            prop_assert_eq!(seq, heard[room].to_string());
                        }
                    }
                },
            }
            let waiting = outbox.waiting();
            prop_assert!(waiting.frames <= capacity.frames);
            prop_assert!(waiting.bytes <= capacity.bytes);
        }
    }
}
