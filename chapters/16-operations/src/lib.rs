//! Chapter 16 of *WebSockets from the Wire Up*: a chat that can be restarted, watched and brought back.
