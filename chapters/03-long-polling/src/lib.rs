//! Chapter 3 of *WebSockets from the Wire Up*: a server cannot speak first, but nothing
//! makes it answer at once. It keeps the question until it has an answer.
//!
//! * [`WaitingBoard`] is chapter 2's board, and a way to wait for what is appended to it:
//!   without a lost wake-up, for a bounded number of waiters, each of which is freed when
//!   its client hangs up.
//! * [`serve`] holds `GET /events?after=N` until there is something to tell; [`handler`]
//!   is the function from a request to its response.
//! * [`long_poller`] is the client: chapter 2's own, with no interval to speak of.
//! * [`proxy`] is what may stand between the two, and has a patience of its own.
//! * [`scenario`] plays all of it over a simulated link: the tables and figures of the page
//!   are made there.

mod board;
mod client;
mod news;
mod parts;
mod proxy;
pub mod scenario;
mod server;
mod waiters;

pub use board::{WaitError, WaitingBoard};
pub use client::{PATIENCE, PAUSE, long_poller};
pub use proxy::proxy;
pub use server::{Hold, handler, serve};
pub use waiters::{Census, Full};
