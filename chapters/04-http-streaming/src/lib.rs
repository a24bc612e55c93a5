//! Chapter 4 of *WebSockets from the Wire Up*: one answer that does not end.
//!
//! * [`put_chunk`] and [`ChunkedDecoder`] are the chunked coding (RFC 9112 §7.1), by hand
//!   in both directions and without I/O; [`BodyDecoder`] reads a body however it is framed.
//! * [`LineDecoder`] and [`Message`] are the messages inside it: JSON, one a line, because
//!   a chunk is not a message.
//! * [`serve`] is a server whose answers may be a [`Source`] that goes on and on, and
//!   [`EventLines`] is the source that tells a board's events; [`open`] and
//!   [`EventStream`] are the other end.
//! * [`with_hyper`] is the same server with hyper 1.x in the place of our HTTP.
//! * [`scenario`] plays all of it over a simulated link: what the page shows is made there.
//!
//! What it leaves out: requests in chunks, and transfer codings other than `chunked`.

mod body;
mod chunked;
mod client;
mod events;
mod ndjson;
pub mod scenario;
mod server;
pub mod with_hyper;

pub use body::{BodyDecoder, BodyError};
pub use chunked::{
    ChunkError, ChunkLimits, ChunkedDecoder, Part, put_chunk, put_last_chunk,
};
pub use client::{EventStream, OpenError, StreamError, StreamingAnswer, open};
pub use events::{EventLines, NDJSON, handler};
pub use ndjson::{LineDecoder, LineError, Message};
pub use server::{Answer, Handler, Source, serve};
