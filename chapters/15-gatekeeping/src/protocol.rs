//! What a client and a server say to each other: version 3.
//!
//! It is chapter 14's version 2, said by somebody who is known. The `hello` brings a ticket
//! in place of a name; the `welcome` says who one is, and which rooms one is a member of. A
//! room is joined by its members only. What else is said is said as in version 2.

mod client;
mod schema;
mod server;

pub use client::{ClientMessage, Hello};
pub use schema::schema;
pub use server::{Kind, RoomInfo, ServerMessage, Welcome};

/// The version of the protocol that is described here.
pub const VERSION: u32 = 3;

/// The codes with which a server closes a connection, besides
/// [those of version 1](chat::protocol::close).
pub mod close {
    /// The ticket is not good, or not any more. A client comes back with another one.
    pub const BAD_TICKET: u16 = 4003;

    /// The session has ended. Somebody has to sign in again.
    pub const SIGNED_OUT: u16 = 4004;

    /// Both, with what they mean.
    pub const CODES: [(u16, &str); 2] = [
        (
            BAD_TICKET,
            "the ticket is not good any more: come back with another one",
        ),
        (SIGNED_OUT, "the session has ended: sign in again"),
    ];
}
