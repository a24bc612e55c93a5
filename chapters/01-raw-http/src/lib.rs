//! Chapter 1 of *WebSockets from the Wire Up*: HTTP/1.1 by hand, one request and one
//! answer over any byte stream.
//!
//! The crate has two layers. The lower one is pure, takes bytes and gives messages:
//! [`HeadScan`] finds where a head ends, [`RequestHead`] and [`ResponseHead`] read it,
//! [`Framing`] decides how long the body is, [`RequestDecoder`] and [`ResponseDecoder`]
//! put the two together. The upper one does the I/O: [`Connection`] for one accepted
//! stream, [`serve`] for all of them, [`Client`] for the other end.
//!
//! What it leaves out on purpose: the chunked coding (chapter 4), TLS, trailers,
//! `CONNECT`, and every version but 1.0 and 1.1.

mod client;
mod connection;
mod date;
mod decode;
mod error;
mod framing;
mod head;
mod headers;
mod message;
mod scan;
mod server;
mod wire;

pub use client::{Client, ClientError};
pub use connection::{Connection, Phase};
pub use date::http_date;
pub use decode::{Answer, Event, RequestDecoder, ResponseDecoder};
pub use error::{FramingError, HeadError, RequestError, ResponseError, status_of};
pub use framing::{Framing, Message, keeps_alive};
pub use head::{RequestHead, ResponseHead, Version};
pub use headers::{Headers, InvalidField};
pub use message::{Request, Response, reason};
pub use scan::{HeadScan, Limits};
pub use server::{Config, Handler, serve};
