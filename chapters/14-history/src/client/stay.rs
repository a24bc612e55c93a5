//! A room in which a client stays.

use chat::protocol::Room;

/// A room in which a client stays, whatever becomes of its connections.
#[derive(Debug)]
pub(super) struct Stay {
    /// The last number that was told.
    pub(super) cursor: Option<u64>,
    pub(super) standing: Standing,
    /// Whether it is left as soon as all that was said in it has an answer.
    pub(super) is_leaving: bool,
}

/// What the server knows of it, over this connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing: it is still to be asked.
    Outside,
    /// It has been asked. What it tells before it answers, it will tell again behind that.
    Asked,
    Inside,
}

impl Stay {
    pub(super) fn new(cursor: Option<u64>) -> Self {
        Self {
            cursor,
            standing: Standing::Outside,
            is_leaving: false,
        }
    }

    /// The server has answered: this client is in the room, whose last number is `seq`.
    pub(super) fn joined(&mut self, seq: u64) {
        self.standing = Standing::Inside;
        self.cursor.get_or_insert(seq);
    }

    /// Whether an entry is to be told: it has not been, and none before it is missing.
    pub(super) fn is_next(&mut self, room: &Room, seq: u64) -> Result<bool, String> {
        let seen = self.cursor.unwrap_or(seq.saturating_sub(1));
        if self.standing != Standing::Inside || seq <= seen {
            return Ok(false);
        }
        if seq > seen + 1 {
            return Err(format!("{room}: {seq} came after {seen}"));
        }
        self.cursor = Some(seq);
        Ok(true)
    }

    /// Whether a gap is to be told.
    pub(super) fn gap(&mut self, first: u64, last: u64) -> bool {
        if self.standing != Standing::Inside {
            return false;
        }
        self.cursor = match self.cursor {
            // What it has seen is not there any more.
            Some(seen) if first <= seen => Some(first.saturating_sub(1)),
            _ => Some(last),
        };
        true
    }
}
