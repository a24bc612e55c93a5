//! Chapter 12 of *WebSockets from the Wire Up*: a chat.
//!
//! * [`protocol`] is what client and server say to each other, version 1: typed, limited,
//!   and with an answer for everything that is not it.
//! * [`serve`] serves a [`Chat`] over axum's WebSocket, and a page for it; [`router`] is the
//!   same for an application that has more to serve.
//! * [`shortest`] is the chat that most begin with, and what is wrong with it.
//! * [`behaviour`] finds out whether a server does what the protocol says.

pub mod behaviour;
mod outbox;
pub mod page;
pub mod protocol;
mod rooms;
mod serve;
mod server;
pub mod shortest;

pub use page::router as pages;
pub use serve::{Listening, serve};
pub use server::{Chat, router};
