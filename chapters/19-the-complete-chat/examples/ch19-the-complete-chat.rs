//! All of it: `cargo run --example ch19-the-complete-chat`, and then open the address that it
//! prints. What else it can do is said by `--help`.
#![expect(clippy::print_stdout, reason = "it says where it listens")]
#![expect(clippy::print_stderr, reason = "it says what is wrong")]

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};
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
    } = parse();
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

/// Reads the command line, whose help says where this program listens.
fn parse() -> Args {
    let mut command = Args::command();
    for (name, what) in [
        ("listen", "people come in"),
        ("admin", "the operator looks"),
    ] {
        let default = DEFAULTS.iter().find(|(setting, _)| *setting == name);
        let address = default.map_or("", |(_, address)| address);
        let help = format!("Where {what} [default: {address}]");
        command = command.mut_arg(name, |arg| arg.help(help));
    }
    let parsed = Args::from_arg_matches(&command.get_matches());
    parsed.unwrap_or_else(|wrong| wrong.exit())
}

fn build(ways: Ways, service: &Service) -> Site {
    let Service { address, admin, .. } = service;
    println!("the chat is at http://{address}/, its figures at http://{admin}/metrics");
    ways.site(service)
}
