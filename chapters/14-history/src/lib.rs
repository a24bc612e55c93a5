//! Chapter 14 of *WebSockets from the Wire Up*: rooms that remember, and readers that come
//! back.
//!
//! * [`RoomLog`] keeps what happens in each room in one order, and tells an [`Audience`].
//!   [`SqliteLog`] keeps it in a file: what it has accepted is on the disk. [`MemoryLog`]
//!   keeps it while the program runs.
//! * [`FanOut`] is how whatever a room is told gets to those who are in it: its entries, who
//!   comes and goes, who is writing. [`Halls`] are the one for a single process.
//! * [`converse`] is one client's conversation, over a [`Line`]: chapter 9's WebSocket, or
//!   something else that carries texts both ways. A [`Gate`] says who a client is and where
//!   it may go; here it stands [`Open`].
//! * [`protocol`] is version 2 of chapter 12's; [`serve`] speaks both. A [`Chat`] is made
//!   of a log and a fan-out. [`Reports`] are what an operator is told.
//! * [`Client`] stays in its rooms whatever becomes of its connections, which a [`Connect`]
//!   makes: [`Sockets`] are WebSockets. [`Schedule`] says when it comes back. [`pages`] is
//!   the same for a browser.

mod acts;
mod client;
mod error;
mod fan_out;
mod gate;
mod hall;
mod line;
mod log;
mod memory;
mod news;
mod page;
pub mod protocol;
mod reports;
mod schedule;
mod server;
mod session;
mod sqlite;

pub use backpressure::Rate;
pub use client::{
    Client, ClientLine, ClientOptions, Connect, Exchanged, Failure, Notice, Socket,
    Sockets, TooManyPending,
};
pub use error::{LogError, Refused};
pub use fan_out::{FanOut, News};
pub use gate::{Admitted, Gate, Open, Order, Turned};
pub use hall::Halls;
pub use line::{Gone, Line, Told, WebSocketLine};
pub use log::{Act, Appended, Audience, Entry, Page, Post, RoomLog, Said, Since, What};
pub use memory::MemoryLog;
pub use page::{page_parts, pages};
pub use reports::Reports;
pub use schedule::{Pace, Schedule};
pub use server::{Chat, Farewell, converse, serve};
pub use sqlite::{OnCommit, Options, SqliteLog};
