//! Chapter 9 of *WebSockets from the Wire Up*: a connection, from its first frame to its
//! end.
//!
//! * [`Connection`] is one end of it, for client and server, without I/O: bytes in, events
//!   and bytes out (RFC 6455 §5.5, §7).
//! * [`WebSocket`] drives one over a stream, as a [`Reader`] that lends events and a
//!   [`Writer`] whose queue is bounded.
//! * [`accept`] and [`connect`] open one with chapter 6's handshake; [`serve`] accepts many,
//!   and drains them when it stops; [`echo`] is the smallest thing to do with one.
//! * [`serve_board`] tells the board of chapter 2 over them, in both directions.

mod board;
mod close;
mod config;
mod connection;
mod event;
mod extension;
mod input;
mod opening;
mod output;
mod pool;
mod reader;
mod server;
mod shared;
mod timer;
mod websocket;
mod writer;

pub use board::{Notice, serve_board, tell};
pub use close::{CloseCode, CloseError, MAX_REASON, parse_close};
pub use config::Config;
pub use connection::Connection;
pub use event::{Closed, Event, Failure, SendError};
pub use extension::Extension;
pub use frames::Role;
pub use messages::Message;
pub use opening::{accept, connect};
pub use output::Output;
pub use reader::Reader;
pub use server::{ServerConfig, serve};
pub use websocket::{WebSocket, echo};
pub use writer::{Closer, Feed, Writer};
