//! A chat: `cargo run --example ch12-chat`, then open what it prints in two windows.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::net::SocketAddr;
use std::process::ExitCode;

use chat::{Chat, serve};
use clap::Parser;
use tokio::net::TcpListener;

/// A chat with a page for browsers.
#[derive(Debug, Parser)]
struct Cli {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Print the protocol as JSON Schema, and do nothing else.
    #[arg(long)]
    schema: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.schema {
        println!("{:#}", chat::protocol::schema());
        return ExitCode::SUCCESS;
    }
    match run(cli.listen).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let listen = cli.listen;
            eprintln!("cannot listen on {listen}: {error}; name another with --listen");
            ExitCode::FAILURE
        }
    }
}

/// Serves until Ctrl-C, then says goodbye to everybody.
async fn run(listen: SocketAddr) -> std::io::Result<()> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    println!("a chat on http://{address}/, its WebSocket on ws://{address}/chat");
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    serve(listener, Chat::new(), interrupted).await;
    Ok(())
}
