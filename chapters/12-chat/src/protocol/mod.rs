//! What a client and a server of the chat say to each other: version 1.
//!
//! Each text message of the WebSocket is one JSON object, and its `type` says which one.
//! The client says [`hello`](Hello) first; whatever it says that is no [`ClientMessage`] is
//! answered with an `error`, a [`Problem`], and the connection lives on. The server's
//! messages are [`ServerMessage`]s.
//!
//! The two directions differ in what they forgive. A server takes no field that it does not
//! know: whoever has misspelt one hears of it at once. A client passes over what it does
//! not know, fields as well as whole messages, so that a newer server may say more.

mod client;
mod envelope;
mod fields;
mod problem;
mod schema;
mod server;
mod words;

pub use client::{ClientMessage, Hello, Join, Leave, Say, Typing};
pub use envelope::Envelope;
pub use problem::{ErrorCode, Problem};
pub use schema::schema;
pub use server::{Presence, ServerMessage};
pub use words::{MessageId, Name, Room, Text};

/// The version of the protocol that is spoken here.
pub const VERSION: u32 = 1;

/// The most characters of a name.
pub const MAX_NAME: usize = 32;

/// The most characters of a room's name; each of them is one byte.
pub const MAX_ROOM: usize = 64;

/// The most bytes of a text, in UTF-8.
pub const MAX_TEXT: usize = 4096;

/// The most bytes of a client's own message id, in UTF-8.
pub const MAX_ID: usize = 64;

/// The most bytes of a message from a client. The longest legal one has fewer: JSON may
/// write each byte of its strings as six, `\u0041`.
pub const MAX_MESSAGE: usize = 32 << 10;

/// The most rooms that a connection may be in at a time.
pub const MAX_ROOMS: usize = 16;

/// The codes with which a server closes a connection, as a client should take them.
pub mod close {
    /// No `hello` came in time. A client that comes back should say it at once.
    pub const NO_HELLO: u16 = 4001;

    /// All of them, in their order, with what they mean.
    pub const CODES: [(u16, &str); 8] = [
        (1001, "the server stops: come back soon"),
        (1002, "what came is no WebSocket frame"),
        (1003, "a binary message came"),
        (1007, "a text came that is not UTF-8"),
        (
            1008,
            "the client goes on to say too much, though it was told",
        ),
        (1009, "a message was larger than 32 KiB"),
        (
            1013,
            "the client reads too slowly, or the server cannot go on now",
        ),
        (NO_HELLO, "no hello came in time"),
    ];
}
