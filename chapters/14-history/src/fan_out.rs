//! How what happens in a room gets to those who are in it.

use std::sync::Arc;

use chat::protocol::{Name, Room};

use crate::hall::Halls;
use crate::log::Entry;

/// What a room is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// This is in the log now.
    Entry(Arc<Entry>),
    /// A connection of this person has come into the room.
    Entered(Name),
    /// One of them has left it.
    Left(Name),
    /// This person is writing something.
    Typing(Name),
}

/// How what happens in a room gets to those who are in it. Whatever a room is told passes
/// here: the entries of its log, who comes and goes, who is writing.
///
/// [`Halls`] is the one for a single process. One for several keeps halls in each of them,
/// and passes on what it is told:
///
/// * An entry may be lost on the way, or come twice. The log has it, and the next one shows
///   what is missing.
/// * `Entered` and `Left` are counted. Each has to arrive once; and when a process is gone,
///   somebody has to say `Left` for everybody who was in it.
/// * `Typing` may be lost.
pub trait FanOut: Clone + Send + Sync + 'static {
    /// The halls in which this process's own readers sit.
    fn halls(&self) -> &Halls;

    /// Tells everybody in the room, wherever they are. When it returns, those in
    /// [`halls`](Self::halls) have been told.
    ///
    /// It must not wait: the log of all rooms waits for it.
    fn tell(&self, room: &Room, news: &News);
}
