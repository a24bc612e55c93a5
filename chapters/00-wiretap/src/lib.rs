//! Chapter 0 of *WebSockets from the Wire Up*: the instrument.

mod content;
mod net;
mod transcript;
pub mod verdict;

pub use content::{Content, Form, escape};
pub use net::{Dial, Listen, Tcp};
pub use transcript::{Entry, Field, Part, Side, Transcript};
