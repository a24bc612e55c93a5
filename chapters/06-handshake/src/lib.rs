//! Chapter 6 of *WebSockets from the Wire Up*: the handshake that turns an HTTP/1.1
//! connection into a WebSocket, in both roles (RFC 6455 §4).
//!
//! * [`sec_websocket_accept`] is the proof that a server has read the request.
//! * [`Policy`] checks a request: it is [`Accepted`], or there is a [`Refusal`], which
//!   knows its status. [`ServerHandshake`] does so with bytes as they come.
//! * [`Offer`] is what a client asks for, and checks the answer: [`Agreed`], or a
//!   [`Rejection`]. [`ClientHandshake`] does so with bytes as they come.
//! * [`accept`] and [`connect`] do it over a stream. They give back the stream, and what
//!   was read after the head: the first frames. [`serve`] does it for all streams of a
//!   listener.
//!
//! None but the last does I/O, and a nonce is an argument.

mod client;
mod extension;
mod gather;
mod heads;
mod key;
mod offer;
mod policy;
mod refusal;
mod rejection;
mod serve;
mod server;
mod stream;
mod url;

pub use client::ClientHandshake;
pub use extension::Extension;
pub use key::{sec_websocket_accept, sec_websocket_key};
pub use offer::{Agreed, InvalidOffer, Offer};
pub use policy::{Accepted, Origins, Policy};
pub use refusal::Refusal;
pub use rejection::Rejection;
pub use serve::serve;
pub use server::ServerHandshake;
pub use stream::{HandshakeError, Opened, accept, connect};
pub use url::WebSocketUrl;
