//! What was done is known by its id, whatever has become of it since.

/// What can be done in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// To say something.
    Say(&'static str),
    /// To change the words of a message, which is named by its number.
    Edit(usize, &'static str),
    /// To take a message back.
    Delete(usize),
}

/// An act, who does it, and their own name for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Who does it.
    pub author: &'static str,
    /// What its author's client calls it.
    pub id: &'static str,
    /// What is done.
    pub act: Act,
}

/// What its author is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is in the log, under this number.
    Accepted(usize),
    /// The id was used for something else, and nothing was added.
    IdInUse,
    /// The rules do not allow it, and nothing was added.
    Refused,
}

/// A room's entries.
#[derive(Debug, Default)]
pub struct Log {
    /// What was done, in order: number 1 is at 0.
    pub entries: Vec<Post>,
}

impl Log {
    /// Adds to the room what has not been added before.
    pub fn append(&mut self, post: Post) -> Answer {
        let known = |it: &Post| it.author == post.author && it.id == post.id;
        if let Some(at) = self.entries.iter().position(known) {
            if self.entries[at].act != post.act {
                return Answer::IdInUse;
            }
            return Answer::Accepted(at + 1);
        }
        if !self.allows(&post) {
            return Answer::Refused;
        }
        self.entries.push(post);
        Answer::Accepted(self.entries.len())
    }

    /// The words of a message as they stand now; `None` if there is no such message, or it
    /// has been deleted.
    pub fn words(&self, message: usize) -> Option<&'static str> {
        let mut now = None;
        for (at, entry) in self.entries.iter().enumerate() {
            match entry.act {
                Act::Say(words) if at + 1 == message => now = Some(words),
                Act::Edit(target, words) if target == message => now = Some(words),
                Act::Delete(target) if target == message => now = None,
                Act::Say(_) | Act::Edit(..) | Act::Delete(_) => {}
            }
        }
        now
    }

    /// The rules: a message that is changed is there, it has words, and they are the
    /// author's own.
    fn allows(&self, post: &Post) -> bool {
        match post.act {
            Act::Say(_) => true,
            Act::Edit(target, _) | Act::Delete(target) => {
                self.words(target).is_some()
                    && self.entries[target - 1].author == post.author
            }
        }
    }
}
