//! Server-sent events, in both roles:
//! `cargo run --example ch05-server-sent-events -- --help`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

#[path = "ch05-server-sent-events/demo.rs"]
mod demo;
#[path = "ch05-server-sent-events/follow.rs"]
mod follow;
#[path = "ch05-server-sent-events/serve.rs"]
mod serve;
#[path = "../../02-short-polling/examples/ch02-short-polling/target.rs"]
mod target;

use std::net::Ipv4Addr;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use raw_http::{Client, Request};
use short_polling::{Published, Refusal};
use target::Target;
use tokio::net::TcpListener;
use wiretap::Tcp;

/// A stream of events that can be resumed, and a reader that comes back by itself.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ten seconds in which a server is replaced, and a reader misses nothing (what
    /// happens without a command).
    Demo,
    /// Serve a board as a stream of events, and a page that reads it.
    Serve(serve::Args),
    /// Read the stream of a server, over as many connections as it takes.
    Follow(follow::Args),
    /// Publish an event on the board of a server.
    Publish {
        /// The board's server.
        url: Target,
        /// What happened.
        text: String,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command.unwrap_or(Command::Demo) {
        Command::Demo => play().await,
        Command::Serve(args) => serve::run(args).await,
        Command::Follow(args) => follow::run(args).await,
        Command::Publish { url, text } => publish(&url, text).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn play() -> Result<(), String> {
    let bind = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let (first, second) = tokio::try_join!(bind(), bind()).map_err(io)?;
    let dialers = [&first, &second].map(|l| l.local_addr().map(Tcp));
    let [Ok(to_first), Ok(to_second)] = dialers else {
        return Err("a listener has no address".to_owned());
    };
    let servers = [(first, to_first), (second, to_second)];
    demo::play(servers, |line| println!("{line}")).await;
    Ok(())
}

fn io(error: std::io::Error) -> String {
    error.to_string()
}

async fn publish(url: &Target, text: String) -> Result<(), String> {
    let mut client = Client::new(Tcp(url.resolve().await?), url.host());
    let answer = client.send(Request::post("/events", text)).await;
    let answer = answer.map_err(|error| format!("{url}: {error}"))?;
    if answer.status == 201
        && let Ok(Published { seq }) = serde_json::from_slice(&answer.body)
    {
        println!("event {seq}");
        return Ok(());
    }
    let status = answer.status;
    Err(match serde_json::from_slice::<Refusal>(&answer.body) {
        Ok(refusal) => format!("{url} answers {status}: {}", refusal.error),
        Err(_) => format!("{url} answers {status}, and is no board"),
    })
}
