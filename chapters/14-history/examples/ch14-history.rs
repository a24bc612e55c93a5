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

use backpressure::address_of;
use clap::Parser;
use handshake::{Origins, Policy};
use history::{Chat, Halls, LogError, Options, SqliteLog, pages, serve};
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
    /// The most bytes that it may have.
    #[arg(long)]
    quota: Option<u64>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    if args.demo {
        return demo::run().await;
    }
    if args.schema {
        println!("{:#}", history::protocol::schema());
        return Ok(());
    }
    let halls = Halls::new();
    let options = Options {
        quota: args.quota,
        ..Options::default()
    };
    let log = match SqliteLog::open(&args.database, &options, halls.clone()) {
        Ok(log) => log,
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    };
    let report = |error: &LogError| eprintln!("{error}");
    let chat = Chat::new(log, halls).reporting(report);
    // Anybody on this machine may come in, with any page. Chapter 15 closes the door.
    let policy = Policy {
        origins: Origins::Any,
        ..Policy::default()
    };
    let listener = TcpListener::bind(args.listen).await?;
    let address = listener.local_addr()?;
    let file = args.database.display();
    println!("a chat at http://{address}/, which is kept in {file}");
    let stopped = async {
        // Without a handler for the signal the process ends at once, which is fine too.
        let _ = tokio::signal::ctrl_c().await;
    };
    serve(listener, chat, policy, pages(), address_of, stopped).await;
    Ok(())
}
