//! Chapter 19 of *WebSockets from the Wire Up*: all of it: the chat, over three transports, for browsers, terminals and bots.

pub mod app;
