//! Chapter 14 of *WebSockets from the Wire Up*: rooms that remember, and readers that come
//! back.
//!
//! * [`RoomLog`] keeps what happens in each room in one order, and tells an [`Audience`].
//!   [`SqliteLog`] keeps it in a file: what it has accepted is on the disk. [`MemoryLog`]
//!   keeps it while the program runs.
//! * [`Schedule`] says when a client whose connection was cut comes back.

mod error;
mod log;
mod memory;
mod schedule;
mod sqlite;

pub use error::{LogError, Refused};
pub use log::{Act, Appended, Audience, Entry, Page, Post, RoomLog, Said, Since, What};
pub use memory::MemoryLog;
pub use schedule::{Pace, Schedule};
pub use sqlite::{Options, SqliteLog};
