//! A chat whose rooms remember: `cargo run --example ch14-history`.
//!
//! It serves the protocol's versions 1 and 2 at `/chat`, and keeps what is said in a file. Stop
//! it in whatever way you like, and start it again.
#![expect(clippy::print_stdout, reason = "it says where it listens")]
#![expect(
    clippy::print_stderr,
    reason = "it reports what is wrong with its file"
)]

#[path = "ch14-history/demo.rs"]
mod demo;

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use backpressure::address_of;
use clap::Parser;
use handshake::{Origins, Policy};
use history::{Chat, Halls, LogError, Options, Reports, SqliteLog, pages, serve};
use tokio::net::TcpListener;

#[derive(Debug, Parser)]
struct Args {
    /// Do not serve: show a conversation with an interruption.
    #[arg(long)]
    demo: bool,
    /// Do not serve: print the protocol's version 2 as JSON Schema.
    #[arg(long)]
    schema: bool,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:3014")]
    listen: SocketAddr,
    /// Where to keep what is said.
    #[arg(long, default_value = "rooms.db")]
    database: PathBuf,
    /// The most bytes that this file may have. The write-ahead log beside it is not
    /// counted; it has some 16 MiB at most, and is put into the file at the end.
    #[arg(long)]
    quota: Option<u64>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if args.schema {
        println!("{:#}", history::protocol::schema());
        return ExitCode::SUCCESS;
    }
    let done = if args.demo {
        demo::run().await
    } else {
        run(args).await
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until Ctrl-C, and then closes the log.
async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let Args { listen, quota, .. } = args;
    // First of all: whoever cannot serve makes no file.
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        format!("cannot listen on {listen}: {error}; name another with --listen")
    })?;
    let address = listener.local_addr()?;
    let halls = Halls::new();
    let options = Options {
        quota,
        ..Options::default()
    };
    let log = SqliteLog::open(&args.database, &options, halls.clone())?;
    let chat = Chat::new(log.clone(), halls).reporting(reporter());
    // Anybody on this machine may come in, with any page. Chapter 15 closes the door.
    let policy = Policy {
        origins: Origins::Any,
        ..Policy::default()
    };
    let file = args.database.display();
    println!("a chat at http://{address}/, which is kept in {file}");
    let stopped = async {
        // Without a handler for the signal the process ends at once. Nothing accepted is
        // lost by that, but the write-ahead log stays.
        let _ = tokio::signal::ctrl_c().await;
    };
    serve(listener, chat, policy, pages(), address_of, stopped).await;
    log.close().await?;
    println!("all of it is in {file}");
    Ok(())
}

/// Tells the operator of each trouble once, and once a minute while it lasts.
fn reporter() -> impl Fn(&LogError) + Send + Sync {
    let reports = Reports::new(Duration::from_secs(60));
    move |error| {
        if let Some(line) = reports.line(error, Instant::now()) {
            eprintln!("{line}");
        }
    }
}
