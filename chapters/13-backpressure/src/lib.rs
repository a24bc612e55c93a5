//! Chapter 13 of *WebSockets from the Wire Up*: a chat in which a reader that does not read
//! costs nobody anything.
//!
//! * [`Outbox`] is what waits for one reader: bounded in frames and bytes, with a
//!   [`Policy`] for what becomes of the rest. It holds [`Parcel`]s, frames that are encoded
//!   once and shared by all who read them.
//! * [`Hub`] is the rooms, and who is in them.
//! * [`converse`] lets one client take part, over chapter 9's connection.
//! * [`serve`] does so for all connections of a listener, behind axum's router, with
//!   [`Limits`] for whatever a client could have too much of.

mod hub;
mod limits;
mod outbox;
mod parcel;
mod places;
mod rate;
mod server;
mod session;
mod talk;
mod upgrade;

pub use hub::{Hub, Seat};
pub use limits::Limits;
pub use outbox::{Capacity, Next, Outbox, Policy};
pub use parcel::Parcel;
pub use rate::{Account, Rate};
pub use server::{MAX_HEAD, serve};
pub use session::converse;
