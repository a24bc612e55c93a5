//! A chat for those who have an account: `cargo run --example ch15-gatekeeping`.
//!
//! It listens on loopback, and keeps accounts, keys and rooms in a folder.
#![expect(clippy::print_stdout, reason = "it says where it listens")]
#![expect(
    clippy::print_stderr,
    reason = "it reports what is wrong with its files"
)]

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use backpressure::address_of;
use clap::Parser;
use gatekeeping::{Keeper, Settings, pages, serve};
use history::{Chat, Halls, LogError, Options, Reports, SqliteLog};
use tokio::net::TcpListener;

#[derive(Debug, Parser)]
struct Args {
    /// Do not serve: print the protocol's version 3 as JSON Schema.
    #[arg(long)]
    schema: bool,
    /// Where to listen. Without TLS it is for this machine only.
    #[arg(long, default_value = "127.0.0.1:3015")]
    listen: SocketAddr,
    /// The folder for accounts, keys and rooms.
    #[arg(long, default_value = "chat-data")]
    data: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if args.schema {
        println!("{:#}", gatekeeping::protocol::schema());
        return ExitCode::SUCCESS;
    }
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until Ctrl-C, and then closes what is kept.
async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let Args { listen, data, .. } = args;
    if !listen.ip().is_loopback() {
        let text = "passwords would go over the network as they are: listen on 127.0.0.1, \
                    and let a proxy with TLS stand in front";
        return Err(text.into());
    }
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        format!("cannot listen on {listen}: {error}; name another with --listen")
    })?;
    let address = listener.local_addr()?;
    let keeper = Keeper::open(&data, Settings::on_loopback(address))?
        .reporting(|error| eprintln!("{error}"));
    let halls = Halls::new();
    let log =
        SqliteLog::open(data.join("rooms.db"), &Options::default(), halls.clone())?;
    let chat = Chat::new(log.clone(), halls).reporting(reporter());
    println!(
        "a chat at http://{address}/, which is kept in {}",
        data.display()
    );
    let stopped = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    serve(listener, chat, keeper.clone(), pages(), address_of, stopped).await;
    log.close().await?;
    keeper.close().await?;
    println!("all of it is in {}", data.display());
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
