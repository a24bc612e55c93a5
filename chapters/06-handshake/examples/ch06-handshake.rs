//! The WebSocket handshake, in both roles:
//! `cargo run --example ch06-handshake -- --help`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

#[path = "ch06-handshake/connect.rs"]
mod connect;
#[path = "ch06-handshake/demo.rs"]
mod demo;
#[path = "ch06-handshake/serve.rs"]
mod serve;
#[path = "ch06-handshake/show.rs"]
mod show;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The handshake that opens a WebSocket, and nothing of what is said on it.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Both heads, and handshakes that fail: what happens without a command. No network
    /// is used.
    Demo,
    /// Serve handshakes at /chat, and a page that makes one.
    Serve(serve::Args),
    /// Make a handshake with a server, and show both heads and the bytes after them.
    Connect(connect::Args),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command.unwrap_or(Command::Demo) {
        Command::Demo => {
            demo::play(|line| println!("{line}"));
            Ok(())
        }
        Command::Serve(args) => serve::run(args).await,
        Command::Connect(args) => connect::run(args).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
