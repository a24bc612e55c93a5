//! Chapter 13 of *WebSockets from the Wire Up*: a chat in which a reader that does not read
//! costs nobody anything.
//!
//! * [`Outbox`] is what waits for one reader: bounded in frames and bytes, with a
//!   [`Policy`] for what becomes of the rest. It holds [`Parcel`]s, frames that are encoded
//!   once and shared by all who read them.
//! * [`Hub`] is the rooms, and who is in them.
//! * [`converse`] lets one client take part, over chapter 9's connection;
//!   [`converse_through`] does it with an outbox that can be watched.
//! * [`serve_websockets`] is the way in for all connections of a listener, behind axum's
//!   router, with [`Limits`] for whatever a client could have too much of; [`serve`] is the
//!   chat behind it.

mod entrance;
mod http;
mod hub;
mod limits;
mod outbox;
mod parcel;
mod patience;
mod places;
mod rate;
mod server;
mod session;
mod talk;
mod upgrade;

pub use entrance::{Entrance, Peer, Visit, serve_websockets};
pub use http::MAX_HEAD;
pub use hub::{Hub, Seat};
pub use limits::Limits;
pub use outbox::{Capacity, Next, Outbox, Policy};
pub use parcel::Parcel;
pub use patience::Intake;
pub use places::{Place, Places, address_of, one_customer};
pub use rate::{Account, Rate};
pub use server::serve;
pub use session::{converse, converse_through};
pub use upgrade::{Handover, check_handshake, websocket_route};
