//! What a room remembers, and who is told of it.

use std::future::Future;
use std::sync::Arc;

use crate::error::LogError;

/// Something that somebody has done in a room, and its place in the room's one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its sequence number: 1 for a room's first, then always one more.
    pub seq: u64,
    /// Who did it.
    pub author: String,
    /// What it was.
    pub what: What,
}

/// What somebody has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Said something.
    Said {
        /// The words; `None` when they have been deleted since.
        text: Option<String>,
        /// The client's own name for the message.
        id: Option<String>,
    },
    /// Changed what they had said.
    Edited {
        /// The message that is changed.
        target: u64,
        /// The new words; `None` when they have been deleted since.
        text: Option<String>,
    },
    /// Took back what they had said.
    Deleted {
        /// The message that is gone.
        target: u64,
    },
}

/// A message as it stands now, with all its edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its sequence number.
    pub seq: u64,
    /// Who said it.
    pub author: String,
    /// The client's own name for it.
    pub id: Option<String>,
    /// The words as of the last edit; `None` when the message has been deleted.
    pub text: Option<String>,
    /// The sequence number of the last edit, or of the deletion.
    pub changed: Option<u64>,
}

/// What is to be added to a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Who does it.
    pub author: String,
    /// The client's own name for it.
    pub id: Option<String>,
    /// Whether a repetition is known by the `id`: then a second post of the same author in
    /// the same room with the same `id` adds nothing. If it does the same in the same words,
    /// it has the number of the first; otherwise it is refused. Without it, an `id` is a
    /// mark, which may stand on many posts.
    pub once: bool,
    /// What is done.
    pub act: Act,
}

impl Post {
    /// By what a repetition of this post is known, if it is.
    pub(crate) fn known_by(&self) -> Option<&str> {
        self.id.as_deref().filter(|_| self.once)
    }
}

/// What can be done in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// To say something. Everybody is told its `id`.
    Say {
        /// The words.
        text: String,
    },
    /// To change what one has said.
    Edit {
        /// The message's sequence number.
        target: u64,
        /// The new words.
        text: String,
    },
    /// To take back what one has said.
    Delete {
        /// The message's sequence number.
        target: u64,
    },
}

impl Act {
    /// Whether this is what was done already. Words that have been deleted since are none
    /// to compare.
    pub(crate) fn repeats(&self, done: &What) -> bool {
        let same =
            |words: &Option<String>, text| words.as_ref().is_none_or(|w| w == text);
        match (self, done) {
            (Self::Say { text }, What::Said { text: words, .. }) => same(words, text),
            (
                Self::Edit { target, text },
                What::Edited {
                    target: of,
                    text: words,
                },
            ) => target == of && same(words, text),
            (Self::Delete { target }, What::Deleted { target: of }) => target == of,
            (Self::Say { .. } | Self::Edit { .. } | Self::Delete { .. }, _) => false,
        }
    }
}

/// What came of a [`Post`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The sequence number it has.
    pub seq: u64,
    /// Whether it had it before: the post was a repetition.
    pub repeated: bool,
}

/// What lies behind a sequence number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Since {
    /// The oldest that is kept; one more than `last` when nothing is.
    pub first: u64,
    /// The newest that there is; 0 for an empty room.
    pub last: u64,
    /// What was asked for, oldest first.
    pub entries: Vec<Entry>,
}

/// Messages before a sequence number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The messages, oldest first.
    pub messages: Vec<Said>,
    /// Whether there are older ones.
    pub more: bool,
}

/// Where rooms are remembered: each room's entries, in one order that every reader sees.
///
/// [`SqliteLog`](crate::SqliteLog) keeps them in a file, [`MemoryLog`](crate::MemoryLog) as
/// long as the program runs.
pub trait RoomLog: Clone + Send + Sync + 'static {
    /// Adds to a room. When this resolves with `Ok`, the entry is durable, and the
    /// [`Audience`] has been told.
    ///
    /// # Errors
    ///
    /// After [`Refused`](LogError::Refused), [`Full`](LogError::Full) and
    /// [`Locked`](LogError::Locked), nothing was added. After
    /// [`Sqlite`](LogError::Sqlite), which may be a disk that has failed in a commit, and
    /// [`Stopped`](LogError::Stopped), nobody knows. To try again is harmless for a post
    /// that is there `once`.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, the post may have been added or not, or may yet be.
    fn append(
        &self,
        room: &str,
        post: Post,
    ) -> impl Future<Output = Result<Appended, LogError>> + Send;

    /// At most `limit` entries of a room after `seq`, the oldest first, and from where to
    /// where the room is kept.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    fn after(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Since, LogError>> + Send;

    /// The last `limit` messages of a room before `seq`, as they stand now.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    fn before(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Page, LogError>> + Send;

    /// The newest `limit` messages of a room that contain every word of `query`, as they
    /// stand now, newest first. Case does not matter, and the last word may be the
    /// beginning of one. Nothing in a query has a meaning: it is words.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or when it takes too long.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    fn search(
        &self,
        room: &str,
        query: &str,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Said>, LogError>> + Send;
}

/// Who is told of what is added: the fan-out behind a log.
pub trait Audience: Send + 'static {
    /// Is called once for each new entry, in the room's order, when the entry is durable
    /// and before its author is told. It must not wait: all rooms wait for it.
    fn tell(&mut self, room: &str, entry: &Arc<Entry>);
}

/// Nobody is told.
impl Audience for () {
    fn tell(&mut self, _room: &str, _entry: &Arc<Entry>) {}
}

impl<F: FnMut(&str, &Arc<Entry>) + Send + 'static> Audience for F {
    fn tell(&mut self, room: &str, entry: &Arc<Entry>) {
        self(room, entry);
    }
}

/// The words of a text: letters and digits, and the accents that follow them. All else
/// stands between words.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_accent = |c| ('\u{300}'..='\u{36f}').contains(&c);
    text.split(move |c: char| !c.is_alphanumeric() && !is_accent(c))
        .filter(|word| word.contains(char::is_alphanumeric))
}
