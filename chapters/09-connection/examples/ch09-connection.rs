//! A WebSocket in both roles: `cargo run --example ch09-connection -- --help`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

#[path = "ch09-connection/autobahn.rs"]
mod autobahn;
#[path = "ch09-connection/dial.rs"]
mod dial;
#[path = "ch09-connection/serve.rs"]
mod serve;
#[path = "ch09-connection/terminal.rs"]
mod terminal;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use handshake::WebSocketUrl;

/// A WebSocket by hand, server and client.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Send every message back as it came.
    Serve(serve::Args),
    /// Talk to a server: lines become messages, `/ping TEXT` and `/close CODE REASON` do
    /// what they say, the end of the input closes.
    Connect {
        /// The server: ws://… or wss://…
        url: WebSocketUrl,
    },
    /// Be examined by the Autobahn Testsuite's fuzzing server.
    AutobahnClient {
        /// The fuzzing server: ws://127.0.0.1:9001
        url: WebSocketUrl,
        /// The name that the report shows.
        #[arg(long, default_value = "ch09-connection")]
        agent: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve::run(args).await,
        Command::Connect { url } => terminal::run(&url).await,
        Command::AutobahnClient { url, agent } => autobahn::run(&url, &agent).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
