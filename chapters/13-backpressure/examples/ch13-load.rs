//! This chapter's chat and axum's own, under the same load.
//!
//! ```text
//! cargo run --release --example ch13-load -- fan-out     # 1,000 readers, both servers
//! cargo run --release --example ch13-load -- stalled     # 10 of them stop reading
//! cargo run --release --example ch13-load -- idle        # memory of 5,000 who say nothing
//! ```
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its streams"
)]

#[path = "ch13-load/axum_chat.rs"]
mod axum_chat;
#[path = "ch13-load/load.rs"]
mod load;
#[path = "ch13-load/server.rs"]
mod server;

use std::process::ExitCode;

fn main() -> ExitCode {
    load::run()
}
