//! Chapter 19 of *WebSockets from the Wire Up*: all of it: the chat, over three transports,
//! for browsers, terminals and bots.
//!
//! * [`lines`] is the way in where WebSockets are blocked: server-sent events or long
//!   polling, and `POST`.

pub mod lines;
