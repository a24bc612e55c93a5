//! Chapter 19 of *WebSockets from the Wire Up*: all of it: the chat, over three transports,
//! for browsers, terminals and bots.
//!
//! * [`engine`] is axum's WebSockets in the place of chapter 9's.
//! * [`lines`] is the way in where WebSockets are blocked: server-sent events or long
//!   polling, and `POST`.

pub mod engine;
pub mod lines;
