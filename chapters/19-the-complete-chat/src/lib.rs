//! Chapter 19 of *WebSockets from the Wire Up*: all of it: the chat, over three transports,
//! for browsers, terminals and bots.
//!
//! * [`server`] puts every way in before the same conversations.
//! * [`engine`] is axum's WebSockets in the place of chapter 9's.
//! * [`lines`] is the way in where WebSockets are blocked: server-sent events or long
//!   polling, and `POST`.
//! * [`app`] is what a browser is given.
//! * [`client`] is what the terminal client and the bot are made of.

pub mod app;
pub mod client;
pub mod engine;
pub mod lines;
pub mod server;
