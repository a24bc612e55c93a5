//! The chat, for many and for slow readers: `cargo run --example ch13-backpressure`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::net::SocketAddr;
use std::process::ExitCode;

use backpressure::{Limits, Policy, address_of, serve};
use clap::{Parser, ValueEnum};
use handshake::Origins;
use tokio::net::TcpListener;

/// A chat server: a slow reader is sent away, or is told what it has missed.
#[derive(Debug, Parser)]
struct Args {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// What becomes of what is too much for a reader.
    #[arg(long, default_value = "close")]
    policy: WhenFull,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum WhenFull {
    /// The reader is sent away with 1013.
    Close,
    /// What has waited longest is dropped, and the reader is told how much that was.
    DropOldest,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> std::io::Result<()> {
    let listener = TcpListener::bind(args.listen).await?;
    println!("the chat is at http://{}/", listener.local_addr()?);
    let limits = Limits {
        policy: match args.policy {
            WhenFull::Close => Policy::Close,
            WhenFull::DropOldest => Policy::DropOldest,
        },
        ..Limits::default()
    };
    // Who may come in is the matter of chapter 15: here, any page may.
    let policy = handshake::Policy {
        origins: Origins::Any,
        ..handshake::Policy::default()
    };
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    serve(
        listener,
        limits,
        policy,
        chat::pages(),
        address_of,
        interrupted,
    )
    .await;
    Ok(())
}
