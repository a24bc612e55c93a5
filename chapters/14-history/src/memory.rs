//! A log that lasts as long as its program.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{LogError, Refused};
use crate::log::{
    Act, Appended, Audience, Entry, Page, Post, RoomLog, Said, Since, What, words,
};

/// A [`RoomLog`] in memory: for tests whose clock is paused, and as the plainest account of
/// what a log does. Nothing in it is ever dropped, so it is not for long use.
#[derive(Clone)]
pub struct MemoryLog(Arc<Mutex<Inner>>);

struct Inner {
    rooms: HashMap<String, Room>,
    audience: Box<dyn Audience>,
}

#[derive(Default)]
struct Room {
    entries: Vec<Entry>,
    /// The entries by which repetitions are known: their numbers, by author and id.
    once: HashMap<(String, String), u64>,
}

impl MemoryLog {
    /// An empty log, which tells `audience` what is added.
    pub fn new(audience: impl Audience) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            rooms: HashMap::new(),
            audience: Box::new(audience),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, room: &str, look: impl FnOnce(&[Entry]) -> T) -> T {
        look(
            self.lock()
                .rooms
                .get(room)
                .map_or(&[], |room| &room.entries),
        )
    }
}

impl fmt::Debug for MemoryLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLog").finish_non_exhaustive()
    }
}

impl RoomLog for MemoryLog {
    async fn append(&self, room: &str, post: Post) -> Result<Appended, LogError> {
        let inner = &mut *self.lock();
        let Room { entries, once } = inner.rooms.entry(room.to_owned()).or_default();
        let key = post
            .known_by()
            .map(|id| (post.author.clone(), id.to_owned()));
        if let Some(&seq) = key.as_ref().and_then(|key| once.get(key)) {
            let done = entries.iter().find(|entry| entry.seq == seq);
            let repeated = done.is_some_and(|done| post.act.repeats(&done.what));
            let again = Appended { seq, repeated };
            return repeated.then_some(again).ok_or(Refused::IdInUse.into());
        }
        let seq = entries.len() as u64 + 1;
        let what = decide(entries, &post)?;
        if let What::Deleted { target } = what {
            forget(entries, target);
        }
        once.extend(key.map(|key| (key, seq)));
        let author = post.author;
        let entry = Entry { seq, author, what };
        entries.push(entry.clone());
        inner.audience.tell(room, &Arc::new(entry));
        let repeated = false;
        Ok(Appended { seq, repeated })
    }

    async fn after(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Since, LogError> {
        Ok(self.read(room, |entries| {
            let from = usize::try_from(seq).unwrap_or(usize::MAX);
            let after = entries.get(from..).unwrap_or_default();
            Since {
                first: 1,
                last: entries.len() as u64,
                entries: after.iter().take(limit).cloned().collect(),
            }
        }))
    }

    async fn before(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Page, LogError> {
        Ok(self.read(room, |entries| {
            let all = all_said(entries);
            let end = all.partition_point(|said| said.seq < seq);
            let start = end.saturating_sub(limit);
            Page {
                messages: all[start..end].to_vec(),
                more: start > 0,
            }
        }))
    }

    async fn search(
        &self,
        room: &str,
        query: &str,
        limit: usize,
    ) -> Result<Vec<Said>, LogError> {
        let wanted = lowercase(query);
        let found = |said: &Said| said.text.as_deref().is_some_and(|t| has(t, &wanted));
        let all = self.read(room, all_said);
        let found = all.into_iter().rev().filter(found);
        Ok(found.take(limit).collect())
    }
}

/// What a post that is new comes to.
fn decide(entries: &[Entry], post: &Post) -> Result<What, Refused> {
    let (target, what) = match post.act.clone() {
        Act::Say { text } => {
            let (text, id) = (Some(text), post.id.clone());
            return Ok(What::Said { text, id });
        }
        Act::Edit { target, text } => {
            let text = Some(text);
            (target, What::Edited { target, text })
        }
        Act::Delete { target } => (target, What::Deleted { target }),
    };
    let mut messages = all_said(entries).into_iter();
    let message = messages.find(|said| said.seq == target);
    let message = message.ok_or(Refused::NoSuchMessage)?;
    if message.author != post.author {
        return Err(Refused::NotYours);
    }
    message.text.map(|_words| what).ok_or(Refused::Deleted)
}

/// Takes the words out of a message and its edits.
fn forget(entries: &mut [Entry], message: u64) {
    for entry in entries {
        match &mut entry.what {
            What::Said { text, .. } if entry.seq == message => *text = None,
            What::Edited { target, text } if *target == message => *text = None,
            What::Said { .. } | What::Edited { .. } | What::Deleted { .. } => {}
        }
    }
}

/// Every message as it stands.
fn all_said(entries: &[Entry]) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    for entry in entries {
        let (target, words) = match &entry.what {
            What::Said { text, id } => {
                all.push(Said {
                    seq: entry.seq,
                    author: entry.author.clone(),
                    id: id.clone(),
                    text: text.clone(),
                    changed: None,
                });
                continue;
            }
            What::Edited { target, text } => (target, text.clone()),
            What::Deleted { target } => (target, None),
        };
        if let Ok(at) = all.binary_search_by_key(target, |said| said.seq) {
            all[at].text = words;
            all[at].changed = Some(entry.seq);
        }
    }
    all
}

/// The words of a text, of which case does not matter.
fn lowercase(text: &str) -> Vec<String> {
    words(text).map(str::to_lowercase).collect()
}

/// Whether a text has all the words, and one that begins with the last.
fn has(text: &str, wanted: &[String]) -> bool {
    let Some((last, others)) = wanted.split_last() else {
        return false;
    };
    let words = lowercase(text);
    others.iter().all(|other| words.contains(other))
        && words.iter().any(|word| word.starts_with(last.as_str()))
}
