//! All of it: `cargo run --example ch19-the-complete-chat`, and then open the address that it
//! prints. What else it can do is said by `--help`.
#![expect(clippy::print_stdout, reason = "it says where it listens")]
#![expect(clippy::print_stderr, reason = "it says what is wrong")]

use std::process::ExitCode;

use clap::Parser;
use operations::{Cli, Service, Site, operate};
use the_complete_chat::server::{DEFAULTS, Engine, Ways};

/// The complete chat: for browsers, terminals and bots.
#[derive(Debug, Parser)]
struct Args {
    #[command(flatten)]
    cli: Cli,
    /// Whose WebSockets are under the chat
    #[arg(long, value_enum, default_value_t, global = true)]
    engine: Engine,
    /// Offer WebSockets and nothing else: no lines that are made of requests
    #[arg(long, global = true)]
    no_fallback: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Args {
        cli,
        engine,
        no_fallback,
    } = Args::parse();
    let Cli { mut flags, command } = cli;
    flags.defaults = DEFAULTS;
    let lines = Ways::default().lines.filter(|_| !no_fallback);
    let ways = Ways { engine, lines };
    let build = |service: &Service| build(ways, service);
    match operate(&flags, command.as_ref(), build).await {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            eprintln!("{wrong}");
            ExitCode::FAILURE
        }
    }
}

fn build(ways: Ways, service: &Service) -> Site {
    let Service { address, admin, .. } = service;
    println!("the chat is at http://{address}/, its figures at http://{admin}/metrics");
    ways.site(service)
}
