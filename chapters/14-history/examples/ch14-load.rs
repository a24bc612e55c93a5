//! This chapter's chat beside chapter 13's, under chapter 13's load: what it costs that rooms
//! remember.
//!
//! ```text
//! cargo run --release --example ch14-load -- fan-out     # 1,000 readers
//! cargo run --release --example ch14-load -- stalled     # 10 of them stop reading
//! cargo run --release --example ch14-load -- idle        # memory of 5,000 who say nothing
//! ```
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its streams"
)]

#[path = "../../13-backpressure/examples/ch13-load/load.rs"]
mod load;
#[path = "ch14-load/server.rs"]
mod server;

use std::process::ExitCode;

fn main() -> ExitCode {
    load::run()
}
