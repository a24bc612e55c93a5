//! Chapter 19 of *WebSockets from the Wire Up*: all of it: the chat, over three transports,
//! for browsers, terminals and bots.
//!
//! * [`server`] puts every way in before the same conversations.
//! * [`client`] is what the terminal client and the bot are made of.

pub mod client;
pub mod server;
