//! A server that answers `curl` and a browser, a client, and what a connection costs.
//!
//! ```text
//! cargo run --example ch01-raw-http -- serve
//! cargo run --example ch01-raw-http -- get -v http://127.0.0.1:3000/
//! cargo run --example ch01-raw-http -- cost --connections 1000
//! ```
#![expect(clippy::print_stdout, reason = "a program for the terminal")]
#![expect(clippy::print_stderr, reason = "a program for the terminal")]

#[path = "ch01-raw-http/cost.rs"]
mod cost;
#[path = "ch01-raw-http/get.rs"]
mod get;
#[path = "ch01-raw-http/serve.rs"]
mod serve;
#[path = "ch01-raw-http/url.rs"]
mod url;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// HTTP/1.1 by hand.
#[derive(Debug, Parser)]
#[command(name = "ch01-raw-http", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a small page until Ctrl-C.
    Serve(serve::Args),
    /// Fetch a URL and print the exchange.
    Get(get::Args),
    /// Open idle connections and ask the kernel what they cost.
    Cost(cost::Args),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve::run(args).await,
        Command::Get(args) => get::run(args).await,
        Command::Cost(args) => cost::run(args).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
