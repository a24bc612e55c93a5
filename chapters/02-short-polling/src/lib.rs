//! Chapter 2 of *WebSockets from the Wire Up*: a server cannot speak first, so the client
//! asks again and again.
//!
//! * [`Board`] is what is served, here and in every chapter up to 11: a log of events with
//!   sequence numbers, which are the cursors of its readers. [`SharedBoard`] is a handle on
//!   one. Both do no I/O.
//! * [`serve`] puts a board on the web with chapter 1's server; [`answer`] is the function
//!   from a request to its response.
//! * [`Poller`] asks at a [`Pace`], by cursor or with a conditional request, and tells
//!   every event once.
//! * [`scenario`] plays all of it over a simulated link and counts what it costs: the
//!   tables and figures of the page are made there.

mod board;
mod conditional;
mod pace;
mod poller;
pub mod scenario;
mod server;

pub use board::{Board, Event, FutureCursor, Gap, Page, SharedBoard};
pub use conditional::{EntityTag, none_match_fails};
pub use pace::Pace;
pub use poller::{Notice, PollError, Poller, Variant};
pub use server::{
    BadCursor, MAX_TEXT, Published, Refusal, answer, cursor, handler, serve,
};
