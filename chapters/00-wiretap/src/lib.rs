//! Chapter 0 of *WebSockets from the Wire Up*: the instrument.
//!
//! Everything the book shows of the wire comes out of this crate. It has five parts that
//! fit into each other:
//!
//! * [`Tap`] wraps a stream and tells a [`Recorder`] what passes, and when.
//! * [`Link`] is a network in memory, with a round-trip time, a bandwidth and a seeded way
//!   of cutting the stream into pieces. Under tokio's paused clock its times are exact.
//! * [`Transcript`] is what was recorded, decoded and ready to read: HTTP heads as lines
//!   with their `\r\n` visible, WebSocket frames with their fields named.
//! * [`FaultProxy`] is an intermediary that misbehaves on request: it holds back, cuts, and
//!   keeps an end to itself.
//! * [`Ledger`] counts what a transcript cost: connections, requests, bytes, latencies.
//!
//! [`harness::run`] runs a scenario under a paused clock and a deadline, and `verdict` says
//! how two byte strings differ: the tests of every later chapter stand on them. [`contract`]
//! is what every transport of the book has to prove of itself.

mod content;
pub mod contract;
mod decode;
pub mod harness;
mod ledger;
mod link;
mod net;
mod proxy;
mod recorder;
mod tap;
mod transcript;
pub mod verdict;

pub use content::{Content, Form, escape};
pub use ledger::{Latency, Ledger};
pub use link::{Cut, Fault, Link, LinkDialer, LinkListener, LinkStream};
pub use net::{Dial, Listen, Tcp};
pub use proxy::{FaultProxy, Faults};
pub use recorder::Recorder;
pub use tap::{Tap, Tapped};
pub use transcript::{Entry, Field, Names, Part, Side, Transcript};
