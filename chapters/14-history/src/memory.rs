//! A log that lasts as long as its program.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{LogError, Refused};
use crate::log::{
    Act, Appended, Audience, Entry, Page, Post, RoomLog, Said, Since, What,
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
    /// The messages by which repetitions are known: their numbers, by author and id.
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
        let seq = entries.len() as u64 + 1;
        let key = key(&post);
        let known = key.as_ref().and_then(|key| once.get(key)).copied();
        let what = match decide(entries, known, &post.author, post.act)? {
            Decision::Add(what) => what,
            Decision::Repeated(seq) => {
                let repeated = true;
                return Ok(Appended { seq, repeated });
            }
        };
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
        let wanted = words(query);
        let found = |said: &Said| said.text.as_deref().is_some_and(|t| has(t, &wanted));
        let all = self.read(room, all_said);
        let found = all.into_iter().rev().filter(found);
        Ok(found.take(limit).collect())
    }
}

/// What comes of a post.
enum Decision {
    Add(What),
    Repeated(u64),
}

/// By what a repetition of this post is known, if it is.
fn key(post: &Post) -> Option<(String, String)> {
    match &post.act {
        Act::Say { id, once: true, .. } => Some((post.author.clone(), id.clone()?)),
        Act::Say { once: false, .. } | Act::Edit { .. } | Act::Delete { .. } => None,
    }
}

/// `known` is the message that the post repeats, by its id.
fn decide(
    entries: &[Entry],
    known: Option<u64>,
    author: &str,
    act: Act,
) -> Result<Decision, Refused> {
    let (target, wanted, what) = match act {
        Act::Say { text, id, .. } => {
            return match known {
                None => Ok(Decision::Add(What::Said {
                    text: Some(text),
                    id,
                })),
                Some(seq) if may_be_said_again(entries, seq, &text) => {
                    Ok(Decision::Repeated(seq))
                }
                Some(_) => Err(Refused::IdInUse),
            };
        }
        Act::Edit { target, text } => {
            let text = Some(text);
            (target, text.clone(), What::Edited { target, text })
        }
        Act::Delete { target } => (target, None, What::Deleted { target }),
    };
    let said = all_said(entries)
        .into_iter()
        .find(|said| said.seq == target);
    let said = said.ok_or(Refused::NoSuchMessage)?;
    if said.author != author {
        return Err(Refused::NotYours);
    }
    if said.text == wanted {
        return Ok(Decision::Repeated(said.changed.unwrap_or(target)));
    }
    match said.text {
        None => Err(Refused::Deleted),
        Some(_) => Ok(Decision::Add(what)),
    }
}

/// Whether a message was said in these words. A deleted one has none to compare.
fn may_be_said_again(entries: &[Entry], seq: u64, words: &str) -> bool {
    entries.iter().any(|entry| match &entry.what {
        What::Said { text, .. } => {
            entry.seq == seq && text.as_ref().is_none_or(|text| text == words)
        }
        What::Edited { .. } | What::Deleted { .. } => false,
    })
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

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Whether a text has all the words, and one that begins with the last.
fn has(text: &str, wanted: &[String]) -> bool {
    let Some((last, others)) = wanted.split_last() else {
        return false;
    };
    let words = words(text);
    others.iter().all(|other| words.contains(other))
        && words.iter().any(|word| word.starts_with(last.as_str()))
}
