//! The client that keeps asking.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use raw_http::{Client, ClientError, Request, Response};
use tokio::time::{Instant, sleep_until, timeout};
use wiretap::Dial;

use crate::board::{Event, Gap, Page};
use crate::pace::Pace;
use crate::server::Refusal;

/// How long a poll may take unless [`Poller::timeout`] says otherwise.
const POLL_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest wait that a server may ask for. One that asks for more is asked again.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// How a poller asks for what is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// `GET /events?after=N`: the answer has what came after event `N`.
    Cursor,
    /// `GET /board` with `If-None-Match`: the answer is the whole board, or 304.
    ETag,
}

/// What a poller has to tell.
#[derive(Debug)]
pub enum Notice {
    /// Something happened.
    Event(Event),
    /// These events happened and are no longer kept: nobody will tell what they were.
    Gap(Gap),
    /// The board's last event is older than one that this poller has seen: it is another
    /// board, after a restart. All its events are new.
    Restarted {
        /// The last event seen on the board before.
        had: u64,
        /// The last event of the board that is there now.
        last: u64,
    },
    /// A poll failed. The poller goes on from the same cursor.
    Failed {
        /// Why.
        error: PollError,
        /// How long it waits before it asks again.
        wait: Duration,
    },
}

/// Why a poll brought nothing.
#[derive(Debug)]
pub enum PollError {
    /// There was no answer.
    Client(ClientError),
    /// There was no answer in time.
    TimedOut,
    /// The answer was neither 200 nor, to a conditional request, 304.
    Status {
        /// Its status.
        status: u16,
        /// What the server says about when to come back (RFC 9110 §10.2.3).
        retry_after: Option<Duration>,
    },
    /// The answer was no page, or one with a hole that it does not admit to.
    Malformed,
}

impl fmt::Display for PollError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(error) => error.fmt(f),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Status { status, .. } => write!(f, "the server answered {status}"),
            Self::Malformed => f.write_str("the answer is no page of a board"),
        }
    }
}

impl std::error::Error for PollError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // Its text is this error's own: a chain would print it twice.
            Self::Client(error) => error.source(),
            Self::TimedOut | Self::Status { .. } | Self::Malformed => None,
        }
    }
}

/// Asks a board again and again, and tells what is new: every event once, in order.
///
/// Whether it keeps its connection or opens a fresh one for each poll is the
/// [`Client`]'s choice. A poll that fails changes nothing but the time of the next one
/// (see [`Pace::after_failure`]; a longer `Retry-After` is respected, up to an hour).
pub struct Poller<D: Dial> {
    client: Client<D>,
    variant: Variant,
    pace: Pace,
    timeout: Duration,
    /// When the next poll begins; `None` before the first call.
    due: Option<Instant>,
    failures: u32,
    /// Everything up to here is in `ready` or has been handed out; `None` before the
    /// first answer.
    cursor: Option<u64>,
    tag: Option<String>,
    /// What the last poll brought. It is filled only when it is empty, so it holds one
    /// page at most, whose size the client limits.
    ready: VecDeque<Notice>,
}

impl<D: Dial> Poller<D> {
    /// A poller that begins with everything the board keeps.
    pub fn new(client: Client<D>, variant: Variant, pace: Pace) -> Self {
        Self {
            client,
            variant,
            pace,
            timeout: POLL_TIMEOUT,
            due: None,
            failures: 0,
            cursor: None,
            tag: None,
            ready: VecDeque::new(),
        }
    }

    /// Goes on after event `cursor`, where an earlier poller stopped; 0 for everything
    /// that has ever happened, with a [`Notice::Gap`] for what is no longer kept.
    #[must_use]
    pub fn resume_after(mut self, cursor: u64) -> Self {
        self.cursor = Some(cursor);
        self
    }

    /// Gives a poll up after this time; 30 s unless this is called.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The cursor to [`resume_after`](Self::resume_after): the last event that
    /// [`next`](Self::next) has handed out. `None` before there is any.
    pub fn cursor(&self) -> Option<u64> {
        match self.ready.front() {
            Some(Notice::Event(event)) => Some(event.seq - 1),
            Some(Notice::Gap(gap)) => Some(gap.first - 1),
            Some(Notice::Restarted { had, .. }) => Some(*had),
            Some(Notice::Failed { .. }) | None => self.cursor,
        }
    }

    /// The next thing to tell, as soon as there is one.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost and nothing is told twice. A poll under way is given up, and
    /// its connection closed; the next one begins when it would have begun anyway, so
    /// that a caller in a hurry asks no more often. A caller that always gives up before
    /// an answer can be there never learns anything.
    pub async fn next(&mut self) -> Notice {
        loop {
            if let Some(notice) = self.ready.pop_front() {
                return notice;
            }
            let begin = match self.due {
                Some(due) => due,
                None => Instant::now() + self.pace.before_first(),
            };
            self.due = Some(begin);
            sleep_until(begin).await;
            // From now on it is the poll after this one that is due.
            self.due = Some(self.due_after(begin));
            let answer = timeout(self.timeout, self.client.send(self.request())).await;
            // No `await` from here on: an answer is taken in whole or not at all.
            let outcome = match answer {
                Ok(Ok(response)) => self.take_in(&response),
                Ok(Err(error)) => Err(PollError::Client(error)),
                Err(_) => Err(PollError::TimedOut),
            };
            match outcome {
                Ok(()) => self.failures = 0,
                Err(error) => self.back_off(error),
            }
        }
    }

    /// One interval after this one was due, so that a timer which is late does not add
    /// up; or after now, when the caller was so late that this is over already: polls
    /// that were missed are not made up for.
    fn due_after(&mut self, begin: Instant) -> Instant {
        let wait = self.pace.between();
        let next = begin + wait;
        let now = Instant::now();
        if next > now { next } else { now + wait }
    }

    fn request(&self) -> Request {
        match (self.variant, self.cursor, &self.tag) {
            (Variant::Cursor, Some(cursor), _) => {
                Request::get(format!("/events?after={cursor}"))
            }
            (Variant::Cursor, None, _) => Request::get("/events"),
            (Variant::ETag, _, Some(tag)) => {
                Request::get("/board").header("If-None-Match", tag)
            }
            (Variant::ETag, _, None) => Request::get("/board"),
        }
    }

    fn take_in(&mut self, response: &Response) -> Result<(), PollError> {
        match response.status {
            200 => {
                let page = serde_json::from_slice(&response.body);
                self.turn_to(page.map_err(|_| PollError::Malformed)?)?;
                // Only now: a tag for a page that was not understood would turn every
                // later answer into a 304.
                self.tag = response.headers.get("ETag").map(str::to_owned);
                Ok(())
            }
            304 if self.tag.is_some() => Ok(()),
            400 => {
                let refusal = serde_json::from_slice::<Refusal>(&response.body).ok();
                match (refusal.and_then(|refusal| refusal.last), self.cursor) {
                    (Some(last), Some(had)) if last < had => {
                        self.start_over(had, last);
                        Ok(())
                    }
                    _ => Err(status_error(response)),
                }
            }
            _ => Err(status_error(response)),
        }
    }

    /// Makes notices of what is new on a page, and moves the cursor past them.
    fn turn_to(&mut self, page: Page) -> Result<(), PollError> {
        if !page.is_whole() {
            return Err(PollError::Malformed);
        }
        if let Some(had) = self.cursor.filter(|had| page.next < *had) {
            self.start_over(had, page.next);
        }
        let Page { events, next, .. } = page;
        // Before the first answer there is no cursor, and nothing can be missing.
        let before_first = events.first().map_or(next, |event| event.seq - 1);
        let cursor = self.cursor.unwrap_or(before_first);
        if before_first > cursor {
            self.ready.push_back(Notice::Gap(Gap {
                first: cursor + 1,
                last: before_first,
            }));
        }
        let new = events.into_iter().filter(|event| event.seq > cursor);
        self.ready.extend(new.map(Notice::Event));
        self.cursor = Some(next);
        Ok(())
    }

    fn start_over(&mut self, had: u64, last: u64) {
        self.ready.push_back(Notice::Restarted { had, last });
        self.cursor = Some(0);
        self.tag = None;
    }

    fn back_off(&mut self, error: PollError) {
        self.failures = self.failures.saturating_add(1);
        let mut wait = self.pace.after_failure(self.failures);
        if let PollError::Status { retry_after, .. } = &error {
            wait = wait.max(retry_after.unwrap_or_default());
        }
        self.due = Some(Instant::now() + wait);
        self.ready.push_back(Notice::Failed { error, wait });
    }
}

fn status_error(response: &Response) -> PollError {
    // The other form, a date, needs a clock that agrees with the server's: left out.
    let seconds = response.headers.get("Retry-After").map(str::parse);
    let retry_after = seconds
        .and_then(Result::ok)
        .map(|seconds| Duration::from_secs(seconds).min(LONGEST_RETRY_AFTER));
    PollError::Status {
        status: response.status,
        retry_after,
    }
}
