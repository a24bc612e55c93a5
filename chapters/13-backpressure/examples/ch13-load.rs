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
#[path = "ch13-load/crowd.rs"]
mod crowd;
#[path = "ch13-load/fan_out.rs"]
mod fan_out;
#[path = "ch13-load/idle.rs"]
mod idle;
#[path = "../../09-connection/examples/ch09-load/machine.rs"]
mod machine;
#[path = "ch13-load/process.rs"]
mod process;
#[path = "ch13-load/reader.rs"]
mod reader;
#[path = "ch13-load/stalled.rs"]
mod stalled;
#[path = "../../09-connection/examples/ch09-load/thread.rs"]
#[expect(dead_code, reason = "of a process the system tells the time")]
mod thread;

use std::process::ExitCode;
use std::{fmt, io};

use clap::{Parser, Subcommand};
use serde_json::Value;

use process::Server;

/// The core that servers run on.
const SERVER_CORE: usize = 0;
/// The core that the load runs on.
const LOAD_CORE: usize = 1;

/// Measures chat servers side by side.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// How much a server delivers to many readers, and with how much memory.
    FanOut(fan_out::Args),
    /// How long the others wait while some do not read.
    Stalled(stalled::Args),
    /// Memory for each connection that says nothing.
    Idle(idle::Args),
    /// Serve until standard input ends: what the others start.
    #[command(hide = true)]
    Serve { server: Server },
}

fn main() -> ExitCode {
    let outcome = match Args::parse().command {
        Command::Serve { server } => {
            let _ = thread::keep_on_core(SERVER_CORE);
            process::serve(server)
        }
        Command::FanOut(args) => on_this_core(fan_out::run(args)),
        Command::Stalled(args) => on_this_core(stalled::run(args)),
        Command::Idle(args) => on_this_core(idle::run(args)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the load: one thread, on a core of its own.
fn on_this_core(load: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    process::allow_connections();
    let _ = thread::keep_on_core(LOAD_CORE);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(load)
}

/// Speaks on standard output.
fn say(what: fmt::Arguments<'_>) {
    println!("{what}");
}

/// Writes a table of the book, and says where.
fn record(name: &str, table: &Value) -> io::Result<()> {
    let file = machine::record(name, table)?;
    say(format_args!("wrote {}", file.display()));
    Ok(())
}

/// The middle of some figures.
fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    match figures.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => figures[odd / 2],
        even => (figures[even / 2 - 1] + figures[even / 2]) / 2.0,
    }
}
