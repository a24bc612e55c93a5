//! Chapter 5 of *WebSockets from the Wire Up*: server-sent events.
//!
//! A text format over one long answer: messages that have borders, names and numbers, so
//! that a reader whose connection is cut can say where it was.
//!
//! * [`Parser`] and [`Block`] read and write the format of WHATWG HTML §9.2: bytes in,
//!   messages out, and back. Neither does I/O.
//! * [`serve`] tells the board of chapter 2 in it, over chapter 4's answers that do not
//!   end; [`Events`] is what it tells, and where a reader goes on.
//! * [`with_axum`] is the same with axum's `Sse` in the place of our HTTP and our writer.
//! * [`EventSource`] is the reader: it connects again by itself, and misses nothing.
//! * [`scenario`] plays all of it over a simulated link: the page's figures are made there.

mod block;
mod client;
mod events;
mod message;
mod parser;
pub mod scenario;
mod server;
pub mod with_axum;

pub use block::{Block, BlockError, comment};
pub use client::{EventSource, Failure, Interruption, Notice, Options};
pub use events::{
    EventBlocks, Events, GAP, News, RESTARTED, Restarted, Streams, Telling,
};
pub use message::{Limits, Message, ParseError};
pub use parser::Parser;
pub use server::{EVENT_STREAM, asked, handler, serve};
