//! What is on its way on one line, in both directions, without a clock or a network.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use history::{Gone, Told};
use serde::Serialize;
use tokio::time::Instant;

use super::limits::LineLimits;

/// What is on its way on one line.
#[derive(Debug)]
pub(super) struct Mailbox {
    limits: LineLimits,
    /// What was told and is not acknowledged. The first has the number `acknowledged + 1`.
    kept: VecDeque<Told>,
    kept_bytes: usize,
    acknowledged: u64,
    /// What the client has said and nobody has heard yet.
    said: VecDeque<String>,
    /// How many messages of the client were taken.
    taken: u64,
    state: State,
    /// The number of the last `GET`, of which only the newest is answered.
    fetch: u64,
    /// Since when there has been none; `None` while there is one.
    absent_since: Option<Instant>,
}

#[derive(Debug)]
enum State {
    Open,
    /// We have closed it, and the client may not know yet.
    Closing(Closed),
    /// Nothing comes of it any more.
    Over(Option<Closed>),
}

/// How a line was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Closed {
    pub(super) code: u16,
    pub(super) reason: String,
}

/// What a client has not been told.
#[derive(Debug, Default)]
pub(super) struct News {
    pub(super) messages: Vec<Told>,
    /// Nothing comes after them.
    pub(super) closed: Option<Closed>,
}

/// Why a cursor is none of this line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadCursor {
    /// Nothing with this number was told.
    Future,
    /// What came after it was acknowledged, and is not kept.
    Past,
}

/// What becomes of something that the client says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is taken now, or was before.
    Yes,
    /// There is no room for it yet.
    Full,
    /// One before it is missing: this one is next.
    Gap(u64),
    /// Nobody will hear it.
    Over,
}

impl Mailbox {
    /// Of a line that begins now.
    pub(super) fn new(limits: LineLimits, now: Instant) -> Self {
        Self {
            limits,
            kept: VecDeque::new(),
            kept_bytes: 0,
            acknowledged: 0,
            said: VecDeque::new(),
            taken: 0,
            state: State::Open,
            fetch: 0,
            absent_since: Some(now),
        }
    }

    /// Takes something to be told. `None`: there is no room for it.
    pub(super) fn tell(&mut self, told: &Told) -> Option<Result<(), Gone>> {
        if !matches!(self.state, State::Open) {
            return Some(Err(Gone));
        }
        let LineLimits {
            kept, kept_bytes, ..
        } = self.limits;
        if self.kept.len() >= kept || self.kept_bytes >= kept_bytes {
            return None;
        }
        self.kept_bytes += told.frame().len();
        self.kept.push_back(told.clone());
        Some(Ok(()))
    }

    /// The next that was said; `Some(None)` when nothing comes any more.
    pub(super) fn hear(&mut self) -> Option<Option<String>> {
        match self.state {
            State::Closing(_) => return Some(None),
            State::Open | State::Over(_) => {}
        }
        let text = self.said.pop_front();
        (text.is_some() || self.is_over()).then_some(text)
    }

    /// Begins to close.
    pub(super) fn close(&mut self, code: u16, reason: &str) {
        if let State::Open = self.state {
            let reason = reason.to_owned();
            self.state = State::Closing(Closed { code, reason });
            self.said.clear();
        }
    }

    /// The client has closed it. What it has said before is still heard.
    pub(super) fn closed_by_client(&mut self) {
        let closed = match &self.state {
            State::Open => Closed {
                code: 1000,
                reason: String::new(),
            },
            State::Closing(closed) => closed.clone(),
            State::Over(_) => return,
        };
        self.state = State::Over(Some(closed));
    }

    /// Nobody is at this end any more, or at the other.
    pub(super) fn lose(&mut self) {
        if !self.is_over() {
            self.state = State::Over(None);
        }
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, State::Over(_))
    }

    /// How it was closed, if it was.
    pub(super) fn closed(&self) -> Option<Closed> {
        match &self.state {
            State::Closing(closed) | State::Over(Some(closed)) => Some(closed.clone()),
            State::Open | State::Over(None) => None,
        }
    }

    /// Takes message number `n` of the client, and does so once.
    pub(super) fn take(&mut self, n: u64, text: &mut Option<String>) -> Taken {
        if !matches!(self.state, State::Open) {
            return Taken::Over;
        }
        if n <= self.taken {
            return Taken::Yes;
        }
        if n > self.taken + 1 {
            return Taken::Gap(self.taken + 1);
        }
        if self.said.len() >= self.limits.said {
            return Taken::Full;
        }
        self.taken = n;
        let text = text.take().unwrap_or_default();
        if text.len() > self.limits.message {
            self.close(1009, "a message is too long");
            return Taken::Over;
        }
        self.said.push_back(text);
        Taken::Yes
    }

    /// The client has everything up to `cursor`.
    pub(super) fn acknowledge(&mut self, cursor: u64) -> Result<(), BadCursor> {
        let ahead = cursor.checked_sub(self.acknowledged);
        let ahead = ahead.ok_or(BadCursor::Past)?;
        let told = usize::try_from(ahead).map_err(|_| BadCursor::Future)?;
        if told > self.kept.len() {
            return Err(BadCursor::Future);
        }
        for told in self.kept.drain(..told) {
            self.kept_bytes -= told.frame().len();
        }
        self.acknowledged = cursor;
        Ok(())
    }

    /// A `GET` has come, which goes on after `cursor`. Gives its number.
    pub(super) fn begin_fetch(&mut self, cursor: u64) -> Result<u64, BadCursor> {
        self.acknowledge(cursor)?;
        self.fetch += 1;
        self.absent_since = None;
        Ok(self.fetch)
    }

    pub(super) fn end_fetch(&mut self, fetch: u64, now: Instant) {
        if fetch == self.fetch {
            self.absent_since = Some(now);
        }
    }

    /// Whether a later `GET` has taken the place of this one, or what it was to bring is
    /// acknowledged already.
    pub(super) fn is_replaced(&self, fetch: u64, cursor: u64) -> bool {
        fetch != self.fetch || cursor < self.acknowledged
    }

    pub(super) fn absent_since(&self) -> Option<Instant> {
        self.absent_since
    }

    /// What was told after `cursor`, so many bytes of it that the last may go beyond; `None`
    /// if there is nothing. With the last of it comes how the line was closed, and that is
    /// the end.
    pub(super) fn news(&mut self, cursor: u64, bytes: usize) -> Option<News> {
        let known = cursor.saturating_sub(self.acknowledged);
        let unknown = self.kept.iter().skip(usize::try_from(known).ok()?);
        let mut size = 0;
        let messages: Vec<Told> = unknown
            .take_while(|told| {
                let fits = size < bytes;
                size += told.frame().len();
                fits
            })
            .cloned()
            .collect();
        let is_all = known + messages.len() as u64 == self.kept.len() as u64;
        let closed = match &self.state {
            State::Closing(closed) | State::Over(Some(closed)) if is_all => {
                Some(closed.clone())
            }
            State::Open | State::Closing(_) | State::Over(_) => None,
        };
        if closed.is_some() {
            self.state = State::Over(closed.clone());
        }
        let is_news = !messages.is_empty() || closed.is_some();
        is_news.then_some(News { messages, closed })
    }

    /// Whether it is time that the client says what it has.
    pub(super) fn wants_word(&self) -> bool {
        let LineLimits {
            kept, kept_bytes, ..
        } = self.limits;
        self.kept.len() >= kept.div_ceil(2) || self.kept_bytes >= kept_bytes / 2
    }
}
