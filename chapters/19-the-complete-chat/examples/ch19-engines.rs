//! The two engines under the very same chat, under chapter 13's load: which WebSocket is the
//! better one here, and by how much.
//!
//! ```text
//! cargo run --release --example ch19-engines -- fan-out     # 1,000 readers
//! cargo run --release --example ch19-engines -- stalled     # 10 of them stop reading
//! cargo run --release --example ch19-engines -- idle        # memory of 5,000 who say nothing
//! ```
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its streams"
)]

#[path = "../../13-backpressure/examples/ch13-load/load.rs"]
mod load;
#[path = "ch19-engines/server.rs"]
mod server;

use std::process::ExitCode;

fn main() -> ExitCode {
    load::run()
}
