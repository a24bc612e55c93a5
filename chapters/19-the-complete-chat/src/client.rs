//! The other ends that are no browsers: what a terminal client and a bot are made of.
//!
//! * [`Account`] is somebody at the server's HTTP API: it signs in, makes rooms, and fetches
//!   a ticket for each connection.
//! * [`Ways`] opens connections: a [`Transport`] each, or whichever works.
//! * [`Guest`] is chapter 14's client over them, and what version 3 says besides.

mod account;
mod carried;
mod error;
mod events;
mod guest;
mod http;
mod pace;
mod polls;
mod up;
mod way;
mod ways;
mod wire;

pub use account::Account;
pub use error::ApiError;
pub use guest::{Guest, News};
pub use way::Way;
pub use ways::{Transport, UnknownTransport, Ways};
