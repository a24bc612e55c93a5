//! The load: what is measured, and how. Which servers, the program says whose module `server`
//! has them; chapter 14 has a program of its own.

mod crowd;
mod fan_out;
mod idle;
#[path = "../../../09-connection/examples/ch09-load/machine.rs"]
mod machine;
mod process;
mod reader;
mod stalled;
mod stalling;
#[path = "../../../09-connection/examples/ch09-load/thread.rs"]
#[expect(dead_code, reason = "of a process the system tells the time")]
mod thread;

use std::process::ExitCode;
use std::{fmt, io};

use clap::{Parser, Subcommand};
use serde_json::Value;

use crate::server::{PROGRAM, Server};

/// The core that servers run on.
const SERVER_CORE: usize = 0;
/// The core that the load runs on.
const LOAD_CORE: usize = 1;

/// What a server wants to hear, and says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "each program has servers of its own")]
pub(crate) enum Speech {
    /// A name, and then texts, at `/websocket`.
    Plain,
    /// The book's protocol.
    Version1,
}

/// What a reader finds that comes back to reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "each program has servers of its own")]
pub(crate) enum Missed {
    /// That its connection is closed, or nothing.
    Everything,
    /// A notice of how much is missing.
    Counted,
    /// All of it.
    Nothing,
}

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
    Serve {
        server: Server,
        /// Ask silent clients whether they are there.
        #[arg(long)]
        heartbeats: bool,
    },
}

/// Does what the command line says.
pub(crate) fn run() -> ExitCode {
    let outcome = match Args::parse().command {
        Command::Serve { server, heartbeats } => {
            let _ = thread::keep_on_core(SERVER_CORE);
            process::serve(server, heartbeats)
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

/// How the figures of a table were got.
fn note(command: &str) -> String {
    machine::note(&format!(
        "cargo run --release --example {PROGRAM} -- {command} --record"
    ))
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
