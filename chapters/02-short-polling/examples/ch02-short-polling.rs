//! Short polling, to be watched and to be tried by hand.
//!
//! ```text
//! cargo run --example ch02-short-polling                    # ten seconds of it
//! cargo run --example ch02-short-polling -- serve --demo 3  # a board to ask
//! cargo run --example ch02-short-polling -- poll http://127.0.0.1:3000
//! cargo run --example ch02-short-polling -- publish http://127.0.0.1:3000 hello
//! cargo run --example ch02-short-polling -- ledger          # what it costs
//! ```
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its streams"
)]

#[path = "ch02-short-polling/demo.rs"]
mod demo;
#[path = "ch02-short-polling/poll.rs"]
mod poll;
#[path = "ch02-short-polling/target.rs"]
mod target;

use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use clap::{Parser, Subcommand};
use raw_http::{Client, Config, Request};
use short_polling::{Board, Published, Refusal, SharedBoard, scenario, serve};
use tokio::net::TcpListener;
use wiretap::Tcp;

use target::{Target, positive_time};

/// How many events a served board keeps.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");

/// A board of events, and a client that asks it again and again. Without a command: ten
/// seconds of both.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a board.
    Serve {
        /// Where to listen.
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
        listen: SocketAddr,
        /// Publish an event every so often, such as `3s`.
        #[arg(long, value_name = "TIME", value_parser = positive_time)]
        demo: Option<Duration>,
    },
    /// Poll a board, print what is new, and say at the end what it cost.
    Poll(poll::Args),
    /// Publish an event.
    Publish {
        /// The board's server.
        url: Target,
        /// The text of the event.
        text: String,
    },
    /// Print the page's tables: what polling costs on a simulated link.
    Ledger,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Args::parse().command {
        None => demonstrate().await,
        Some(Command::Serve { listen, demo }) => serve_board(listen, demo).await,
        Some(Command::Poll(args)) => poll::run(args).await,
        Some(Command::Publish { url, text }) => publish(&url, text).await,
        Some(Command::Ledger) => print_ledger(),
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
    println!("A client asks http://{address} once a second; five events happen.\n");
    tokio::select! {
        ledger = demo::play(listener, Tcp(address), |line| println!("{line}")) => {
            println!("\n{}", demo::cost(&ledger));
        }
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(())
}

async fn serve_board(listen: SocketAddr, demo: Option<Duration>) -> Result<(), String> {
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        format!("cannot listen on {listen}: {error}; choose another with --listen")
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("A board on http://{address}, which keeps {KEPT} events. Try:");
    println!("  curl -i 'http://{address}/events?after=0'");
    println!("  curl -i http://{address}/board -H 'If-None-Match: \"0\"'");
    println!("  curl -i http://{address}/events -d hello");
    println!("Ctrl-C ends it.");
    let board = SharedBoard::new(Board::new(KEPT));
    let config = Config {
        clock: Some(SystemTime::now),
        ..Config::default()
    };
    tokio::select! {
        () = serve(listener, board.clone(), config, interrupted()) => {}
        () = publish_every(demo, board) => {}
    }
    Ok(())
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's own one ends the program.
        std::future::pending().await
    }
}

/// Never ends.
async fn publish_every(demo: Option<Duration>, board: SharedBoard) {
    let Some(interval) = demo else {
        return std::future::pending().await;
    };
    let mut ticks = tokio::time::interval(interval);
    // The first tick comes at once.
    ticks.tick().await;
    for n in 1.. {
        ticks.tick().await;
        let seq = board.append(format!("tick {n}"));
        println!("event {seq} happens");
    }
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

fn print_ledger() -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    for table in [
        scenario::variants,
        scenario::intervals,
        scenario::histories,
        scenario::herd,
    ] {
        match writeln!(out, "{}", table()) {
            // Whoever reads it has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            outcome => outcome.map_err(|error| error.to_string())?,
        }
    }
    Ok(())
}
