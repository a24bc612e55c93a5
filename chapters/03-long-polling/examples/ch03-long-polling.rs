//! Long polling, to be watched and to be tried by hand.
//!
//! ```text
//! cargo run --example ch03-long-polling                    # chapter 2's ten seconds
//! cargo run --example ch03-long-polling -- serve           # a board to wait for
//! cargo run --example ch03-long-polling -- poll http://127.0.0.1:3000
//! cargo run --example ch03-long-polling -- publish http://127.0.0.1:3000 hello
//! cargo run --example ch03-long-polling -- latency         # RFC 6202's analysis
//! cargo run --example ch03-long-polling -- held --connections 1000
//! ```
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its streams"
)]

#[path = "ch03-long-polling/demo.rs"]
mod demo;
#[path = "ch03-long-polling/held.rs"]
mod held;
#[path = "ch03-long-polling/poll.rs"]
mod poll;
#[path = "ch03-long-polling/serve.rs"]
mod serve;
#[path = "../../02-short-polling/examples/ch02-short-polling/target.rs"]
mod target;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use long_polling::scenario;
use raw_http::{Client, Request};
use short_polling::Published;
use tokio::net::TcpListener;
use wiretap::Tcp;

use target::Target;

/// A board of events, and a client that waits for them. Without a command: ten seconds of
/// both.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a board.
    Serve(serve::Args),
    /// Wait for what happens, print it, and say at the end what it cost.
    Poll(poll::Args),
    /// Publish an event.
    Publish {
        /// The board's server.
        url: Target,
        /// The text of the event.
        text: String,
    },
    /// Print the page's tables: how long an event takes, on a simulated link.
    Latency,
    /// Measure what a thousand held requests cost a server.
    Held(held::Args),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Args::parse().command {
        None => demonstrate().await,
        Some(Command::Serve(args)) => serve::run(args).await,
        Some(Command::Poll(args)) => poll::run(args).await,
        Some(Command::Publish { url, text }) => publish(&url, text).await,
        Some(Command::Latency) => print_tables(),
        Some(Command::Held(args)) => held::run(args).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn demonstrate() -> Result<(), String> {
    // Port 0: the system chooses one that is free.
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .map_err(|error| format!("cannot listen on 127.0.0.1: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("A client waits at http://{address} for five events.\n");
    tokio::select! {
        ledger = demo::play(listener, Tcp(address), |line| println!("{line}")) => {
            println!("\n{}", demo::cost(&ledger));
        }
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(())
}

async fn publish(url: &Target, text: String) -> Result<(), String> {
    let mut client = Client::new(Tcp(url.resolve().await?), url.host());
    let answer = client.send(Request::post("/events", text)).await;
    let answer = answer.map_err(|error| format!("{url}: {error}"))?;
    match serde_json::from_slice::<Published>(&answer.body) {
        Ok(Published { seq }) if answer.status == 201 => {
            println!("event {seq}");
            Ok(())
        }
        _ => {
            let text = String::from_utf8_lossy(&answer.body);
            Err(format!("{url} answers {}: {text}", answer.status))
        }
    }
}

fn print_tables() -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    for table in [scenario::phases, scenario::rates, scenario::patience] {
        match writeln!(out, "{}", table()) {
            // Whoever reads it has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            outcome => outcome.map_err(|error| error.to_string())?,
        }
    }
    Ok(())
}
