//! The outbox, held to a simple one that looks through all that waits, each time.

mod parcels;

use std::sync::Arc;

use backpressure::{Capacity, Outbox, Parcel, Policy};
use chat::protocol::Presence;
use parcels::{answer, in_words, message, presence, typing_in};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Answer,
    Message,
    Presence,
    Typing,
}

/// What is put into both.
#[derive(Debug, Clone)]
struct Item {
    sort: Sort,
    room: String,
    who: String,
    parcel: Arc<Parcel>,
}

impl Item {
    fn len(&self) -> usize {
        self.parcel.frame().len()
    }

    fn is_newer_than(&self, other: &Item) -> bool {
        matches!(self.sort, Sort::Presence | Sort::Typing)
            && (self.sort, &self.room, &self.who)
                == (other.sort, &other.room, &other.who)
    }
}

#[derive(Debug)]
enum Entry {
    Item(Item),
    Hole(String, u64),
}

impl Entry {
    fn is(&self, like: impl Fn(&Item) -> bool) -> bool {
        matches!(self, Self::Item(item) if like(item))
    }
}

/// The simple outbox.
struct Simple {
    entries: Vec<Entry>,
    capacity: Capacity,
    policy: Policy,
    overflow: bool,
}

impl Simple {
    fn waiting(&self) -> Capacity {
        let items = self.entries.iter().filter_map(|entry| match entry {
            Entry::Item(item) => Some(item.len()),
            Entry::Hole(..) => None,
        });
        Capacity {
            frames: items.clone().count(),
            bytes: items.sum(),
        }
    }

    fn has_room(&self, item: &Item) -> bool {
        let Capacity { frames, bytes } = self.waiting();
        let fits = bytes + item.len() <= self.capacity.bytes;
        frames == 0 || (frames < self.capacity.frames && fits)
    }

    fn put(&mut self, item: Item) {
        if self.overflow {
            return;
        }
        self.entries
            .retain(|entry| !entry.is(|other| item.is_newer_than(other)));
        while !self.has_room(&item) {
            let oldest = |sort| {
                let mut entries = self.entries.iter();
                entries.position(|entry| entry.is(|item| item.sort == sort))
            };
            if let Some(at) = oldest(Sort::Typing) {
                self.entries.remove(at);
                continue;
            }
            let messages = self.policy == Policy::DropOldest;
            let message = oldest(Sort::Message).filter(|_| messages);
            match (item.sort, oldest(Sort::Presence)) {
                (Sort::Typing, _) => return,
                (_, Some(at)) => self.drop_at(at),
                (Sort::Presence, None) => {
                    return self.miss(&item.room, self.entries.len());
                }
                (_, None) => match message {
                    Some(at) => self.drop_at(at),
                    None => {
                        self.entries.clear();
                        self.overflow = true;
                        return;
                    }
                },
            }
        }
        self.entries.push(Entry::Item(item));
    }

    fn drop_at(&mut self, at: usize) {
        if let Entry::Item(item) = self.entries.remove(at) {
            self.miss(&item.room, at);
        }
    }

    fn miss(&mut self, room: &str, at: usize) {
        let is_it = |entry: &Entry| matches!(entry, Entry::Hole(of, _) if of == room);
        let hole = self.entries.iter().position(is_it);
        let count = match hole.map(|place| (place, &mut self.entries[place])) {
            Some((place, Entry::Hole(_, count))) if place <= at => {
                *count += 1;
                return;
            }
            Some((place, Entry::Hole(_, count))) => {
                let count = *count + 1;
                self.entries.remove(place);
                count
            }
            _ => 1,
        };
        self.entries.insert(at, Entry::Hole(room.to_owned(), count));
    }

    fn take(&mut self) -> Option<String> {
        if self.entries.is_empty() {
            return None;
        }
        Some(match self.entries.remove(0) {
            Entry::Item(item) => in_words(backpressure::Next::Parcel(item.parcel)),
            Entry::Hole(room, count) => format!("{count} of {room} missing"),
        })
    }
}

/// What happens: something is put, or a number of things is taken.
#[derive(Debug, Clone)]
enum Deed {
    Put(Item),
    Take(usize),
}

fn item() -> impl Strategy<Value = Item> {
    let sort = prop_oneof![
        1 => Just(Sort::Answer),
        5 => Just(Sort::Message),
        4 => Just(Sort::Presence),
        2 => Just(Sort::Typing),
    ];
    let parts = (sort, 0..3u8, 0..6u8, 1..60usize, any::<bool>());
    parts.prop_map(|(sort, room, who, length, here)| {
        let (room, who) = (format!("room{room}"), format!("person{who}"));
        let text = "x".repeat(length);
        let state = match here {
            true => Presence::Here,
            false => Presence::Gone,
        };
        let parcel = match sort {
            Sort::Answer => answer(&text),
            Sort::Message => message(&room, &text),
            Sort::Presence => presence(&room, &who, state),
            Sort::Typing => typing_in(&room, &who),
        };
        Item {
            sort,
            room,
            who,
            parcel,
        }
    })
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => item().prop_map(Deed::Put),
        1 => (1..6usize).prop_map(Deed::Take),
    ]
}

proptest! {
    #[test]
    fn it_does_what_the_simple_one_does(
        deeds in prop::collection::vec(deed(), 1..150),
        frames in 1..20usize,
        bytes in 100..3000usize,
        drops in any::<bool>(),
    ) {
        let capacity = Capacity { frames, bytes };
        let policy = if drops { Policy::DropOldest } else { Policy::Close };
        let outbox = Outbox::new(capacity, policy);
        let entries = Vec::new();
        let mut simple = Simple { entries, capacity, policy, overflow: false };
        for deed in deeds {
            match deed {
                Deed::Put(item) => {
                    outbox.put(&item.parcel);
                    simple.put(item);
                }
                Deed::Take(count) => for _ in 0..count {
                    prop_assert_eq!(outbox.take().map(in_words), simple.take());
                },
            }
            prop_assert_eq!(outbox.has_overflowed(), simple.overflow);
            prop_assert_eq!(outbox.waiting(), simple.waiting());
        }
        while let Some(next) = outbox.take() {
            prop_assert_eq!(Some(in_words(next)), simple.take());
        }
        prop_assert!(simple.entries.is_empty());
    }
}
