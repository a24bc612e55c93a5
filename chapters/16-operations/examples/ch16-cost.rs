//! Chapter 14's chat without and with this chapter's counting, under chapter 13's load: what
//! it costs to be watched.
//!
//! ```text
//! cargo run --release --example ch16-cost -- fan-out     # 1,000 readers
//! cargo run --release --example ch16-cost -- idle        # memory of 5,000 who say nothing
//! ```
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its streams"
)]

#[path = "../../13-backpressure/examples/ch13-load/load.rs"]
mod load;
#[path = "ch16-cost/server.rs"]
mod server;

use std::process::ExitCode;

fn main() -> ExitCode {
    load::run()
}
