//! What the chat is made of, with somebody who counts beside it.

mod gate;
mod line;
mod log;

pub(crate) use gate::WatchedGate;
pub(crate) use line::WatchedLine;
pub(crate) use log::WatchedLog;
