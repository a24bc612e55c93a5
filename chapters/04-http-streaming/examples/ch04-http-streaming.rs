//! A stream of events, to be watched and to be tried by hand.
//!
//! ```text
//! cargo run --example ch04-http-streaming                     # eight seconds of it
//! cargo run --example ch04-http-streaming -- serve --demo 3s  # by hand; or with --hyper
//! cargo run --example ch04-http-streaming -- follow http://127.0.0.1:3000
//! cargo run --example ch04-http-streaming -- publish http://127.0.0.1:3000 hello
//! cargo run --example ch04-http-streaming -- proxy --to 127.0.0.1:3000 --hold 300
//! ```
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its streams"
)]

#[path = "ch04-http-streaming/demo.rs"]
mod demo;
#[path = "ch04-http-streaming/follow.rs"]
mod follow;
#[path = "ch04-http-streaming/serve.rs"]
mod serve;
// How a server and a time are typed is the same as in chapter 2.
#[path = "../../02-short-polling/examples/ch02-short-polling/target.rs"]
mod target;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use raw_http::{Client, Request};
use short_polling::Published;
use tokio::net::TcpListener;
use wiretap::{FaultProxy, Faults, Tcp};

use target::{Target, positive_time};

/// A board whose events are told over one answer that does not end. Without a command:
/// eight seconds of it.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a board.
    Serve(serve::Args),
    /// Follow a board, and ask again when the stream breaks off.
    Follow(follow::Args),
    /// Publish an event.
    Publish {
        /// The board's server.
        url: Target,
        /// The text of the event.
        text: String,
    },
    /// Put a proxy in front of a server that does to it what real ones do.
    Proxy {
        /// Where clients connect to.
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4000")]
        listen: SocketAddr,
        /// The server behind it.
        #[arg(long, value_name = "ADDR")]
        to: SocketAddr,
        /// Hold back what the server says until so many bytes have gathered.
        #[arg(long, value_name = "BYTES")]
        hold: Option<usize>,
        /// Cut a connection that has been silent for this long, such as `10s`.
        #[arg(long, value_name = "TIME", value_parser = positive_time)]
        cut_when_idle: Option<Duration>,
        /// Tell neither side when the other one ends.
        #[arg(long)]
        drop_fin: bool,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Args::parse().command {
        None => demonstrate().await,
        Some(Command::Serve(args)) => serve::run(args).await,
        Some(Command::Follow(args)) => follow::run(args).await,
        Some(Command::Publish { url, text }) => publish(&url, text).await,
        Some(Command::Proxy {
            listen,
            to,
            hold,
            cut_when_idle,
            drop_fin,
        }) => {
            let faults = Faults {
                hold,
                cut_when_idle,
                drop_fin,
            };
            misbehave(listen, to, faults).await
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Binds a port, and says which.
async fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), String> {
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        format!("cannot listen on {listen}: {error}; choose another with --listen")
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok((listener, address))
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's own one ends the program.
        std::future::pending().await
    }
}

async fn demonstrate() -> Result<(), String> {
    // Port 0: the system chooses one that is free.
    let (listener, address) = bind(([127, 0, 0, 1], 0).into()).await?;
    println!("A client asks http://{address} once; five events happen.\n");
    tokio::select! {
        ledger = demo::play(listener, Tcp(address), |line| println!("{line}")) => {
            println!("\n{}", demo::cost(&ledger));
        }
        () = interrupted() => {}
    }
    Ok(())
}

async fn publish(url: &Target, text: String) -> Result<(), String> {
    let mut client = Client::new(Tcp(url.resolve().await?), url.host());
    let answer = client.send(Request::post("/events", text)).await;
    let answer = answer.map_err(|error| format!("{url}: {error}"))?;
    match serde_json::from_slice(&answer.body) {
        Ok(Published { seq }) if answer.status == 201 => {
            println!("event {seq}");
            Ok(())
        }
        _ => Err(format!("{url} answers {}", answer.status)),
    }
}

async fn misbehave(
    listen: SocketAddr,
    to: SocketAddr,
    faults: Faults,
) -> Result<(), String> {
    let (listener, address) = bind(listen).await?;
    println!("a proxy on http://{address} in front of {to}: {faults:?}");
    println!("Ctrl-C ends it.");
    let proxy = FaultProxy::new(faults);
    tokio::select! {
        () = proxy.run(listener, Tcp(to)) => {}
        () = interrupted() => {}
    }
    Ok(())
}
