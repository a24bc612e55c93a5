//! What a client and a server say to each other: version 2.
//!
//! It is chapter 12's version 1 with a memory: the same envelope, words and limits. A client
//! says in its `hello` which one it speaks, and one of version 1 is spoken to in version 1
//! as long as it is connected.

mod client;
mod number;
mod problem;
mod schema;
mod server;
mod version1;

pub use chat::protocol::{
    Leave, MAX_ROOMS, MessageId, Name, Presence, Room, Text, Typing,
};
pub use client::{ClientMessage, Delete, Edit, Hello, Join, PageOf, Say, Search};
pub use problem::{ErrorCode, Problem};
pub use schema::schema;
pub use server::{SaidThen, ServerMessage};

/// The version of the protocol that is described here.
pub const VERSION: u32 = 2;

/// The largest number of an entry, 2^53 − 1: the largest up to which a browser's numbers are
/// exact.
pub const MAX_NUMBER: u64 = (1 << 53) - 1;

/// The most messages of a `page`, or of what is `found`.
pub const MAX_PAGE: u32 = 100;

/// The most entries that a `join` brings back. Of what is older there is a `gap`, and who
/// wants it turns the pages.
pub const MAX_RESUMED: u64 = 1000;
