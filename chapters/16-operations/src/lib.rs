//! Chapter 16 of *WebSockets from the Wire Up*: a chat that can be restarted, watched, and
//! brought back.

mod admin;
mod backup;
mod cli;
mod config;
mod conversations;
mod drain;
mod http;
mod logs;
mod metrics;
mod operate;
mod perform;
mod run;
mod serve;
mod signals;
mod trouble;
mod watched;

pub use admin::admin;
pub use backup::{BackedUp, BackupError, Restored, backup, restore};
pub use cli::{Cli, Command, Flags};
pub use config::{
    Config, DrainConfig, Format, KEYS, Key, Level, LimitsConfig, Loaded, LogConfig,
    Mistake, Mistakes, Period, Source, Sources,
};
pub use conversations::{Conversations, RESTARTING};
pub use drain::{Drain, Drained, Goodbye, Held, Plan};
pub use logs::subscriber;
pub use metrics::{CONTENT_TYPE, Metrics};
pub use operate::operate;
pub use run::{Service, run};
pub use serve::{Ended, Site, serve};
pub use signals::signals;
pub use trouble::Trouble;
