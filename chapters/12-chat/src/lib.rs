//! Chapter 12 of *WebSockets from the Wire Up*: a chat.
//!
//! * [`protocol`] is what client and server say to each other, version 1: typed, limited,
//!   and with an answer for everything that is not it.

pub mod protocol;
