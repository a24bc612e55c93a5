//! What is known of one room.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use gatekeeping::protocol::{Kind, RoomInfo};
use history::protocol::{MessageId, Name, Presence, SaidThen, ServerMessage};

use super::text::{clean, clean_line};

/// How many messages of a room are kept at most.
pub(crate) const MOST: usize = 2000;

/// How many are asked for at a time.
pub(crate) const PAGE: u32 = 50;

/// So long after their last sign somebody is no longer taken to be writing.
const WRITING: Duration = Duration::from_secs(6);

/// A room, and what was said there, as far as it is here.
#[derive(Debug)]
pub(crate) struct RoomView {
    pub(crate) info: RoomInfo,
    pub(crate) said: BTreeMap<u64, Said>,
    /// What waits for its answer, oldest first.
    pub(crate) waiting: VecDeque<(MessageId, String)>,
    pub(crate) here: BTreeSet<Name>,
    pub(crate) older: Older,
    /// The number of the last entry.
    pub(crate) last: u64,
    /// How far it was read, and what the server knows of that.
    pub(crate) read: u64,
    pub(crate) told_read: u64,
    pub(crate) place: Option<Place>,
    /// Whether news of it comes over the line: a connection is in a few rooms at a time.
    pub(crate) is_seated: bool,
    /// When it was last looked at, in turns from room to room.
    pub(crate) looked: u64,
    writing: BTreeMap<Name, Instant>,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) name: String,
    /// Nothing, if it was deleted.
    pub(crate) text: Option<String>,
    pub(crate) is_changed: bool,
}

/// What is known of older messages than those that are here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Older {
    Unknown,
    Asked,
    More,
    None,
}

/// Where somebody looks who looks back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The message at the lower edge.
    pub(crate) seq: u64,
    /// So many of its last rows are below the edge.
    pub(crate) hidden: usize,
}

impl RoomView {
    pub(crate) fn new(info: RoomInfo) -> Self {
        Self {
            said: BTreeMap::new(),
            waiting: VecDeque::new(),
            here: BTreeSet::new(),
            older: Older::Unknown,
            last: info.read,
            read: info.read,
            told_read: info.read,
            place: None,
            is_seated: false,
            looked: 0,
            writing: BTreeMap::new(),
            info,
        }
    }

    /// What it is called, with a mark of its kind. That of a private room ends in random
    /// characters, which are of no use to people.
    pub(crate) fn title(&self) -> String {
        title(&self.info)
    }

    /// What somebody has not seen, of others; and whether there may be more of it.
    pub(crate) fn unread(&self, me: &str) -> (usize, bool) {
        let unseen = self.said.range(self.read + 1..);
        let count = unseen.filter(|(_, said)| said.name != me && said.text.is_some());
        let count = count.count();
        let oldest = self.said.keys().next();
        let is_cut = oldest.is_some_and(|oldest| *oldest > self.read + 1);
        (count, is_cut && self.older == Older::More && self.read > 0)
    }

    /// It has been read up to here, by whomever.
    pub(crate) fn is_read(&mut self, seq: u64) {
        self.read = self.read.max(seq);
        self.told_read = self.told_read.max(seq);
    }

    /// The number and words of one's last message that is not deleted.
    pub(crate) fn last_of(&self, me: &str) -> Option<(u64, &str)> {
        let mut said = self.said.iter().rev().filter(|(_, said)| said.name == me);
        said.find_map(|(seq, said)| Some((*seq, said.text.as_deref()?)))
    }

    /// Who is writing now.
    pub(crate) fn writing(&self, now: Instant) -> Vec<&Name> {
        let writing = self.writing.iter();
        let recent = writing.filter(|(_, since)| now.duration_since(**since) < WRITING);
        recent.map(|(name, _)| name).collect()
    }

    pub(crate) fn hear(&mut self, message: &ServerMessage, now: Instant) {
        match message {
            ServerMessage::Message {
                seq, name, text, ..
            } => {
                let said = Said::new(name, text.as_deref(), false);
                self.writing.retain(|writing, _| writing.as_str() != name);
                self.add(*seq, said);
            }
            ServerMessage::Edited {
                seq, target, text, ..
            } => self.change(*seq, *target, text.as_deref()),
            ServerMessage::Deleted { seq, target, .. } => {
                self.change(*seq, *target, None);
            }
            ServerMessage::Gap { first, last, .. } => self.gap(*first, *last),
            ServerMessage::Page { messages, more, .. } => self.page(messages, *more),
            ServerMessage::Joined { seq, members, .. } => {
                self.here = members.iter().cloned().collect();
                self.last = self.last.max(*seq);
            }
            ServerMessage::Presence { name, state, .. } => {
                self.writing.remove(name);
                match state {
                    Presence::Here => self.here.insert(name.clone()),
                    Presence::Gone => self.here.remove(name),
                };
            }
            ServerMessage::Typing { name, .. } => {
                self.writing
                    .retain(|_, since| now.duration_since(*since) < WRITING);
                self.writing.insert(name.clone(), now);
            }
            _ => {}
        }
    }

    fn add(&mut self, seq: u64, said: Said) {
        self.said.insert(seq, said);
        self.last = self.last.max(seq);
        if self.said.len() > MOST {
            self.said.pop_first();
            self.older = Older::More;
        }
    }

    fn change(&mut self, seq: u64, target: u64, text: Option<&str>) {
        self.last = self.last.max(seq);
        if let Some(said) = self.said.get_mut(&target) {
            said.text = text.map(clean);
            said.is_changed = true;
        }
    }

    /// Some messages are not here. What is before them is forgotten: who looks back asks for
    /// it again, and meets no hole. But if some of them are here, they have never been.
    fn gap(&mut self, first: u64, last: u64) {
        if self.last >= first {
            self.said.split_off(&first);
            self.last = first.saturating_sub(1);
            return;
        }
        self.said.clear();
        self.older = Older::More;
        self.last = last;
    }

    fn page(&mut self, messages: &[SaidThen], more: bool) {
        for SaidThen {
            seq,
            name,
            text,
            changed,
            ..
        } in messages
        {
            let said = Said::new(name, text.as_deref(), changed.is_some());
            self.said.insert(*seq, said);
        }
        let is_full = self.said.len() >= MOST;
        self.older = match more && !is_full {
            true => Older::More,
            false => Older::None,
        };
    }
}

impl Said {
    fn new(name: &str, text: Option<&str>, is_changed: bool) -> Self {
        Self {
            name: clean_line(name),
            text: text.map(clean),
            is_changed,
        }
    }
}

/// What a room is called: see [`RoomView::title`].
pub(crate) fn title(info: &RoomInfo) -> String {
    let room = info.room.as_str();
    clean_line(&match (info.kind, &info.with) {
        (Kind::Direct, Some(with)) => format!("@{with}"),
        (Kind::Public | Kind::Direct, _) => format!("#{room}"),
        (Kind::Private, _) => {
            format!("+{}", room.rsplit_once("--").map_or(room, |(name, _)| name))
        }
    })
}
