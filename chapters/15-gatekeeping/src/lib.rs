//! Chapter 15 of *WebSockets from the Wire Up*: a chat that knows who comes in.
//!
//! * [`api`] is what is said over HTTP: to sign up and in, to make rooms, to get a ticket.
//! * [`protocol`] is version 3 of the chat's: version 2, said by somebody who is known.
//! * [`Settings`] are what an operator may set.
//! * [`pages`] is the page for a browser.

pub mod api;
mod page;
pub mod protocol;
mod settings;

pub use page::pages;
pub use settings::{BadSetting, DoorLimits, Hashing, Lifetimes, Settings, Tries};
