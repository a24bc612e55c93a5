//! One contract for every transport of the book: what it promises those who read a board
//! through it, and a suite that finds out whether it keeps that.
//!
//! A chapter writes a [`Transport`] for its server and its client, in `tests/contract.rs`,
//! and has it [`examine`]d. What a transport cannot do it declares with
//! [`cannot`](Transport::cannot). A promise that is neither kept nor declared fails the
//! test; so does a declared gap that is none. What is left is the transport's row in the
//! book's table.
//!
//! Everything happens on simulated [`Link`](crate::Link)s under a paused clock, so what
//! fails, fails again: a run is known by its seed.

mod accounts;
mod checks;
mod chopped;
mod faults;
mod rows;
mod stage;

use std::fmt;
use std::future::Future;
use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::link::LinkListener;

pub use crate::__record_rows as record;
#[doc(hidden)]
pub use insta as __insta;

pub use chopped::chop;
pub use rows::{Row, ledger, ledger_rows, rows};
pub use stage::{Road, Shutdown};

/// What a reader may expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Promise {
    /// Events are told in the order in which they happened.
    InOrder,
    /// Every event is told, or named in a gap.
    NothingLost,
    /// No event is told twice.
    Once,
    /// A text arrives as it was, whatever characters it consists of.
    AnyText,
    /// A connection may be cut off after any byte: the three first promises hold.
    Resumes,
    /// The server may stop, or crash, and another take its place: they still hold.
    Restart,
    /// A reader that does not read slows nobody down, and what the server keeps for it is
    /// bounded: it is told of a gap.
    SlowReader,
    /// An event that happens while nothing else does is told one transit later.
    AtOnce,
    /// So is each of several that happen in quick succession.
    InARow,
    /// A reader can say something over the connection that it listens on.
    TalksBack,
}

impl Promise {
    /// All of them, in the order of the table's columns.
    pub const ALL: [Self; 10] = [
        Self::InOrder,
        Self::NothingLost,
        Self::Once,
        Self::AnyText,
        Self::Resumes,
        Self::Restart,
        Self::SlowReader,
        Self::AtOnce,
        Self::InARow,
        Self::TalksBack,
    ];

    /// As the head of a column.
    pub fn name(self) -> &'static str {
        match self {
            Self::InOrder => "in order",
            Self::NothingLost => "nothing lost",
            Self::Once => "once",
            Self::AnyText => "any text",
            Self::Resumes => "resumes",
            Self::Restart => "restart",
            Self::SlowReader => "slow reader",
            Self::AtOnce => "at once",
            Self::InARow => "in a row",
            Self::TalksBack => "talks back",
        }
    }
}

/// What a reader is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// An event: its sequence number and its text.
    Event(u64, String),
    /// These events are no longer kept: the first and the last that are missing.
    Gap(u64, u64),
    /// Something went wrong. The reader goes on as well as it can.
    Failed,
}

/// A way for what happens on a board to get to its readers.
///
/// Events have sequence numbers from 1 on, and a reader's cursor is the number of the
/// last one it has.
pub trait Transport: Send + Sync + 'static {
    /// The server's memory. A clone is another handle on the same one.
    type Board: Clone + Send + Sync + 'static;
    /// The client.
    type Reader: Reader;

    /// As the table calls it.
    fn name(&self) -> String;

    /// What it does not promise. The suite requires that it really cannot.
    fn cannot(&self) -> &'static [Promise];

    /// A board without events that keeps the newest `kept`; the first one will be number
    /// `last + 1`.
    fn board(&self, last: u64, kept: NonZeroUsize) -> Self::Board;

    /// Lets an event happen and gives its number.
    fn append(&self, board: &Self::Board, text: String) -> u64;

    /// Serves the board until `shutdown` resolves. Dropping the future is a crash.
    fn serve(
        &self,
        listener: LinkListener,
        board: Self::Board,
        shutdown: Shutdown,
    ) -> impl Future<Output = ()> + Send;

    /// A client that goes on after the event `cursor`. Each connection that it opens
    /// through the road may lead to another server.
    fn reader(&self, road: Road, cursor: u64) -> Self::Reader;
}

/// The client of a transport, as the suite uses it.
pub trait Reader: Send + 'static {
    /// The next thing to tell, as soon as there is one. A client that is not able to
    /// reconnect gives [`Told::Failed`] for ever.
    ///
    /// # Cancel safety
    ///
    /// It must be safe: the suite drops it wherever it likes.
    fn next(&mut self) -> impl Future<Output = Told> + Send;

    /// Lets an event happen, over the connection that the reader listens on. `false` when
    /// there is no way to, which is what a transport gives that does not
    /// [talk back](Promise::TalksBack).
    fn say(&mut self, text: &str) -> impl Future<Output = bool> + Send {
        let _ = text;
        async { false }
    }
}

/// Finds out whether a transport keeps one promise, whatever it declares: for trying.
///
/// # Errors
///
/// What happened, if it does not.
pub fn check<T: Transport>(transport: T, promise: Promise) -> Result<(), String> {
    let outcome = checks::check(&Arc::new(transport), promise);
    outcome.map_err(|broken| broken.to_string())
}

/// Finds out which promises a transport keeps.
///
/// # Panics
///
/// When a promise is broken that the transport has not declared, or a declared gap is
/// none; with all of them, and what happened.
pub fn examine<T: Transport>(transport: T) -> Row {
    let transport = Arc::new(transport);
    let mut faults = Vec::new();
    let mut row = Row {
        name: transport.name(),
        kept: Vec::new(),
    };
    for promise in Promise::ALL {
        let outcome = checks::check(&transport, promise);
        let declared = transport.cannot().contains(&promise);
        let name = promise.name();
        match (&outcome, declared) {
            (Ok(()), false) | (Err(_), true) => {}
            (Ok(()), true) => {
                faults.push(format!("`{name}` is declared a gap, and it is kept"));
            }
            (Err(broken), false) => faults.push(format!("`{name}`: {broken}")),
        }
        row.kept.push((promise, outcome.is_ok()));
    }
    assert!(faults.is_empty(), "{}: {}", row.name, faults.join("\n"));
    row
}

/// A promise that was not kept, and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Broken {
    promise: Promise,
    what: String,
}

impl Broken {
    fn new(promise: Promise, what: impl Into<String>) -> Self {
        Self {
            promise,
            what: what.into(),
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}
