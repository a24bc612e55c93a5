//! The notebook: what taps and links tell, decoded as it comes.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::content::Content;
use crate::decode::Conversation;
use crate::net::{Dial, Listen};
use crate::tap::{Tap, Tapped};
use crate::transcript::{Entry, Names, Part, Side, Transcript};

/// How many entries a recorder keeps; older ones are dropped and counted.
const KEPT_ENTRIES: usize = 10_000;
/// How many connections a recorder decodes at once. The bytes of the ones opened longest
/// ago are no longer decoded when there are more.
const KEPT_CONVERSATIONS: usize = 4_096;

/// Records what passes over any number of connections and decodes it on the way.
///
/// A clone is another handle on the same recording. Its clock starts when it is made and
/// is tokio's, so that a paused clock gives exact times. Memory is bounded: of a body only
/// its beginning and end are kept, and of a long recording the last 10,000 entries.
#[derive(Debug, Clone)]
pub struct Recorder {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    title: String,
    epoch: Instant,
    log: Mutex<Log>,
    /// Counts the entries ever made, for those who follow.
    made: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Log {
    connections: u32,
    conversations: BTreeMap<u32, Conversation>,
    entries: VecDeque<Noted>,
    names: Names,
    /// Counts what was told, so that entries can be put in the order of their first byte.
    told: u64,
    dropped: u64,
}

/// When some bytes were sent and, where both ends are seen, when they arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) sent: Duration,
    pub(crate) arrived: Option<Duration>,
    /// Its place among all that was told: breaks the tie between equal times.
    pub(crate) order: u64,
}

/// An entry and the place of its first byte among all that was told.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    pub(crate) order: u64,
    pub(crate) entry: Entry,
}

impl Recorder {
    /// Starts a recording; `title` becomes the transcript's caption.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            shared: Arc::new(Shared {
                title: title.into(),
                epoch: Instant::now(),
                log: Mutex::default(),
                made: watch::Sender::new(0),
            }),
        }
    }

    /// Calls one end something else than client or server: a figure shows it.
    pub fn name(&self, side: Side, name: impl Into<String>) {
        let names = &mut self.lock().names;
        let place = match side {
            Side::Client => &mut names.client,
            Side::Server => &mut names.server,
        };
        *place = Some(name.into());
    }

    /// Everything so far. What is still under way, such as half a head, stands in it as
    /// far as it has come.
    pub fn transcript(&self) -> Transcript {
        let log = self.lock();
        let pending = log.conversations.values().flat_map(Conversation::pending);
        let mut noted: Vec<Noted> =
            log.entries.iter().cloned().chain(pending).collect();
        noted.sort_by_key(|noted| (noted.entry.sent_us, noted.order));
        Transcript {
            title: self.shared.title.clone(),
            names: log.names.clone(),
            entries: noted.into_iter().map(|noted| noted.entry).collect(),
            dropped: log.dropped,
        }
    }

    /// The finished entries from number `cursor` on, in the order in which they were
    /// finished, and the cursor to go on from. Entries that are no longer kept are skipped.
    pub fn entries_since(&self, cursor: u64) -> (Vec<Entry>, u64) {
        let log = self.lock();
        let made = log.dropped + log.entries.len() as u64;
        let skip =
            usize::try_from(cursor.saturating_sub(log.dropped)).unwrap_or(usize::MAX);
        let entries = log.entries.iter().skip(skip);
        (entries.map(|noted| noted.entry.clone()).collect(), made)
    }

    /// Waits until there are entries from number `cursor` on.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is consumed.
    pub async fn changed(&self, cursor: u64) {
        let mut made = self.shared.made.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = made.wait_for(|made| *made > cursor).await;
    }

    /// Marks that event `id` has come into being on the server, now.
    pub fn published(&self, id: impl fmt::Display) {
        self.mark(Side::Server, Part::Published, id.to_string());
    }

    /// Marks that event `id` has reached the client's application, now.
    pub fn delivered(&self, id: impl fmt::Display) {
        self.mark(Side::Client, Part::Delivered, id.to_string());
    }

    /// Writes a remark, now, at `side`.
    pub fn note(&self, side: Side, text: impl Into<String>) {
        self.mark(side, Part::Note, text.into());
    }

    /// Taps one stream. `here` says which end of the connection `io` is: what a server
    /// reads comes from the client.
    pub fn tap<Io>(&self, io: Io, here: Side) -> Tap<Io> {
        let span = self.now();
        Tap::new(io, here, self.clone(), self.open(span))
    }

    /// Taps every connection that `listener` accepts.
    pub fn tap_listener<L: Listen>(&self, listener: L) -> Tapped<L> {
        Tapped::new(listener, self.clone())
    }

    /// Taps every connection that `dialer` opens.
    pub fn tap_dialer<D: Dial>(&self, dialer: D) -> Tapped<D> {
        Tapped::new(dialer, self.clone())
    }

    /// Now, since the recording began, as seen from one end only.
    pub(crate) fn now(&self) -> Span {
        Span {
            sent: self.elapsed(Instant::now()),
            arrived: None,
            order: 0,
        }
    }

    pub(crate) fn elapsed(&self, instant: Instant) -> Duration {
        instant.saturating_duration_since(self.shared.epoch)
    }

    /// Records a new connection and gives its number.
    pub(crate) fn open(&self, span: Span) -> u32 {
        let mut log = self.lock();
        log.connections += 1;
        let connection = log.connections;
        if log.conversations.len() == KEPT_CONVERSATIONS {
            log.conversations.pop_first();
        }
        log.conversations
            .insert(connection, Conversation::new(connection));
        let span = log.place(span);
        let open = noted(
            connection,
            Side::Client,
            span,
            Part::Open,
            "open a connection",
        );
        self.append(log, vec![open]);
        connection
    }

    pub(crate) fn bytes(&self, connection: u32, from: Side, span: Span, bytes: &[u8]) {
        self.converse(connection, span, |c, span| c.bytes(from, span, bytes));
    }

    pub(crate) fn end(&self, connection: u32, from: Side, span: Span) {
        self.converse(connection, span, |c, span| c.end(from, span));
    }

    pub(crate) fn reset(&self, connection: u32, from: Side, span: Span) {
        self.converse(connection, span, |c, span| c.reset(from, span));
    }

    fn converse(
        &self,
        number: u32,
        span: Span,
        say: impl FnOnce(&mut Conversation, Span) -> Vec<Noted>,
    ) {
        let mut log = self.lock();
        let span = log.place(span);
        let Some(conversation) = log.conversations.get_mut(&number) else {
            return;
        };
        let entries = say(conversation, span);
        if conversation.is_over() {
            log.conversations.remove(&number);
        }
        self.append(log, entries);
    }

    fn mark(&self, side: Side, part: Part, label: String) {
        let mut log = self.lock();
        let span = log.place(self.now());
        self.append(log, vec![noted(0, side, span, part, label)]);
    }

    fn append(&self, mut log: MutexGuard<'_, Log>, entries: Vec<Noted>) {
        if entries.is_empty() {
            return;
        }
        log.entries.extend(entries);
        let surplus = log.entries.len().saturating_sub(KEPT_ENTRIES);
        log.entries.drain(..surplus);
        log.dropped += surplus as u64;
        let made = log.dropped + log.entries.len() as u64;
        drop(log);
        self.shared.made.send_replace(made);
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        // A panic elsewhere must not hide the recording that explains it.
        self.shared
            .log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    /// Gives what is being told its place.
    fn place(&mut self, span: Span) -> Span {
        self.told += 1;
        Span {
            order: self.told,
            ..span
        }
    }
}

/// An entry without bytes.
pub(crate) fn noted(
    connection: u32,
    from: Side,
    span: Span,
    part: Part,
    label: impl Into<String>,
) -> Noted {
    let entry = Entry {
        connection,
        from,
        sent_us: micros(span.sent),
        arrived_us: span.arrived.map(micros),
        part,
        label: label.into(),
        length: 0,
        fields: Vec::new(),
        content: Content::empty(),
    };
    Noted {
        order: span.order,
        entry,
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
