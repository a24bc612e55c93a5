//! Chapter 15 of *WebSockets from the Wire Up*: a chat that knows who comes in.
