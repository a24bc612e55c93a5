//! Chapter 5 of *WebSockets from the Wire Up*: server-sent events.
//!
//! A text format over one long answer: messages that have borders, names and numbers, so
//! that a reader whose connection is cut can say where it was.
//!
//! * [`Parser`] and [`Block`] read and write the format of WHATWG HTML §9.2: bytes in,
//!   messages out, and back. Neither does I/O.

mod block;
mod message;
mod parser;

pub use block::{Block, BlockError, comment};
pub use message::{Limits, Message, ParseError};
pub use parser::Parser;
