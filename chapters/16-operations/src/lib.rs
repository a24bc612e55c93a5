//! Chapter 16 of *WebSockets from the Wire Up*: a chat that can be restarted, watched, and
//! brought back.

mod backup;
mod config;
mod drain;
mod metrics;

pub use backup::{BackedUp, BackupError, Restored, backup, restore};
pub use config::{
    Config, DrainConfig, Format, KEYS, Key, Level, LimitsConfig, Loaded, LogConfig,
    Mistake, Mistakes, Period, Source, Sources,
};
pub use drain::{Drain, Drained, Held, Plan};
pub use metrics::{CONTENT_TYPE, Metrics};
