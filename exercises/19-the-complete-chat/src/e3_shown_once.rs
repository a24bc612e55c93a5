//! What you say is on your screen at once, and on its way. Then three things come, in whatever
//! order, and each of them perhaps twice when a connection is cut in between: your message
//! itself, as everybody in the room hears it; the server's word that it was `accepted`, with
//! its number; or that it was refused. On the screen it stands once, at every moment.
//!
//! Write `View`, which is what one window shows of a room.
//!
//! * First come the room's entries, in the order of their numbers, whatever the order in which
//!   they have come. Behind them come your own messages that have no number yet, in the order
//!   in which you have said them.
//! * A message that is accepted is an entry with that number, also when it has not been heard
//!   yet.
//! * A message that is heard is an entry. If it is `mine` it is the one with that id, which is
//!   on its way no more. Ids are their author's own: what somebody else calls `7` is not what
//!   you call `7`.
//! * A message that is refused is shown where it was, as `Refused`. But what was accepted or
//!   heard stays an entry, whatever is said about it afterwards; and a message that was refused
//!   and is heard after all is an entry.

use std::collections::BTreeMap;

/// What stands in a line of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// An entry of the room, with its number.
    Entry(u64, String),
    /// On its way.
    Sending(String),
    /// The server does not want it.
    Refused(String),
}

/// What a window shows of a room.
#[derive(Debug, Default)]
pub struct View {
    entries: BTreeMap<u64, String>,
    // Yours: what of your own has no number yet?
}

impl View {
    /// You say something. The id is new.
    pub fn said(&mut self, id: u64, text: &str) {
        todo!("it is on its way")
    }

    /// The server has put your message into the room, under this number.
    pub fn accepted(&mut self, id: u64, number: u64) {
        todo!("it is an entry now, if it was on its way")
    }

    /// The server does not take your message.
    pub fn refused(&mut self, id: u64) {
        todo!("say so, unless it is an entry")
    }

    /// A message of the room is heard. Its author calls it `id`.
    pub fn heard(&mut self, number: u64, mine: bool, id: u64, text: &str) {
        todo!("it is an entry, and on its way no more if it is yours")
    }

    /// What is shown, from top to bottom.
    pub fn lines(&self) -> Vec<Line> {
        todo!("entries first, then what has no number")
    }
}
