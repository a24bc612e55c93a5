//! This chapter's WebSocket and others', under the same load.
//!
//! ```text
//! cargo run --release --example ch09-load                   # every kind of work, minutes
//! cargo run --release --example ch09-load -- speed --connections 64 --size 32
//! cargo run --release --example ch09-load -- memory         # 5,000 idle connections
//! ```
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its streams"
)]

#[path = "ch09-load/load.rs"]
mod load;
#[path = "ch09-load/machine.rs"]
mod machine;
#[path = "ch09-load/memory.rs"]
mod memory;
#[path = "ch09-load/peers.rs"]
mod peers;
#[path = "ch09-load/report.rs"]
mod report;
#[path = "ch09-load/server.rs"]
mod server;
#[path = "ch09-load/speed.rs"]
mod speed;
#[path = "ch09-load/thread.rs"]
mod thread;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fmt, fs, io};

use clap::{Parser, Subcommand};
use serde_json::{Value, json};

use load::Message;
use memory::Memory;
use peers::Peer;
use server::{LOAD_CORE, Server, on_this_thread};
use speed::{Effort, Measured, Work};

/// Measures echo servers side by side. Without a command: their speed.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Messages per second, and processor time per message.
    Speed(SpeedArgs),
    /// Memory for each connection that says nothing.
    Memory(MemoryArgs),
    /// Serve until standard input ends: what `memory` starts.
    #[command(hide = true)]
    Serve { server: Peer },
}

#[derive(Debug, Parser)]
struct SpeedArgs {
    /// How many connections.
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        default_value = "1,64,512"
    )]
    connections: Vec<usize>,
    /// How many bytes a message has, and whether they are text.
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        default_value = "32,1024,65536,text:65536"
    )]
    message: Vec<Message>,
    /// How many messages a connection sends before it awaits their answers.
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        default_value = "1,32"
    )]
    in_flight: Vec<usize>,
    /// Which servers.
    #[arg(long, value_delimiter = ',', default_values_t = Peer::ALL.to_vec())]
    servers: Vec<Peer>,
    /// How many turns each server has at each kind of work.
    #[arg(long, value_name = "N", default_value_t = 7)]
    rounds: usize,
    /// How long a turn takes.
    #[arg(long, value_name = "N", default_value_t = 200)]
    milliseconds: u64,
    /// Write all figures to a file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the ratios as the book's tables.
    #[arg(long)]
    record: bool,
}

#[derive(Debug, clap::Args)]
struct MemoryArgs {
    /// How many connections.
    #[arg(long, value_name = "N", default_value_t = 5000)]
    connections: usize,
    /// Which servers.
    #[arg(long, value_delimiter = ',', default_values_t = Peer::ALL.to_vec())]
    servers: Vec<Peer>,
    /// Write all figures to a file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the figures as the book's table.
    #[arg(long)]
    record: bool,
}

fn main() -> ExitCode {
    let command = Args::parse().command;
    load::allow_connections();
    let outcome = match command
        .unwrap_or_else(|| Command::Speed(SpeedArgs::parse_from(["speed"])))
    {
        Command::Speed(args) => {
            thread::keep_on_core(LOAD_CORE);
            on_this_thread(speed(args))
        }
        Command::Memory(args) => on_this_thread(memory(args)),
        Command::Serve { server } => on_this_thread(memory::serve(server)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Speaks on standard output.
fn say(what: fmt::Arguments<'_>) {
    println!("{what}");
}

/// Writes JSON, and says where.
fn write(file: &Path, value: &Value) -> io::Result<()> {
    fs::write(file, format!("{value:#}\n"))?;
    say(format_args!("wrote {}", file.display()));
    Ok(())
}

/// Writes a table of the book, and says where.
fn record(name: &str, table: &Value) -> io::Result<()> {
    let file = machine::record(name, table)?;
    say(format_args!("wrote {}", file.display()));
    Ok(())
}

async fn speed(args: SpeedArgs) -> io::Result<()> {
    let effort = Effort {
        rounds: args.rounds,
        milliseconds: args.milliseconds,
    };
    let servers = Server::start_all(&args.servers).await?;
    let mut all = Vec::new();
    for &in_flight in &args.in_flight {
        for &message in &args.message {
            for &connections in &args.connections {
                let work = Work {
                    connections,
                    message,
                    in_flight,
                };
                let measured = speed::measure(work, &servers, effort).await?;
                print!("{measured}");
                all.push(measured);
            }
        }
    }
    if let Some(file) = args.json {
        let note = machine::note("cargo run --release --example ch09-load -- speed");
        write(
            &file,
            &json!({ "note": note, "effort": effort, "work": all }),
        )?;
    }
    if args.record {
        record_speed(&all)?;
    }
    Ok(())
}

fn record_speed(all: &[Measured]) -> io::Result<()> {
    let command = "cargo run --release --example ch09-load -- speed --record";
    let messages = "Messages per second, as a ratio to tokio-tungstenite's";
    let processor = "Processor time per message, as a ratio to tokio-tungstenite's";
    record(
        "messages.json",
        &report::speed_table(messages, command, all, |of| Some(of.messages_ratio)),
    )?;
    record(
        "processor-time.json",
        &report::speed_table(processor, command, all, |of| of.processor_ratio),
    )
}

async fn memory(args: MemoryArgs) -> io::Result<()> {
    let mut all: Vec<Memory> = Vec::new();
    say(format_args!(
        "KiB for each of {} idle connections",
        args.connections
    ));
    for peer in args.servers {
        let memory = memory::measure(peer, args.connections).await?;
        report::show_memory(&memory);
        all.push(memory);
    }
    if let Some(file) = args.json {
        let note = machine::note("cargo run --release --example ch09-load -- memory");
        write(&file, &json!({ "note": note, "servers": all }))?;
    }
    if args.record {
        let table = report::memory_table(args.connections, &all);
        record("idle-memory.json", &table)?;
    }
    Ok(())
}
