//! `serve`: an echo server.

use std::net::SocketAddr;

use clap::Args as ClapArgs;
use connection::{ServerConfig, echo, serve};
use handshake::{Origins, Policy};
use tokio::net::TcpListener;

/// What an echo server is told.
#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The most bytes that a message may have.
    #[arg(long, default_value_t = 64 << 20)]
    max_message: usize,
}

/// Serves until Ctrl-C, then says goodbye to everybody.
pub(crate) async fn run(args: Args) -> Result<(), String> {
    let listener = TcpListener::bind(args.listen);
    let listener = listener.await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("echo on ws://{address}");
    let mut config = ServerConfig::default();
    config.connection = config.connection.max_message(args.max_message);
    // It gives everyone what they brought: any page may.
    let policy = Policy {
        origins: Origins::Any,
        ..Policy::default()
    };
    let decide = move |request: &raw_http::RequestHead| {
        let handler = |websocket| async { drop(echo(websocket).await) };
        Ok((policy.check(request)?, handler))
    };
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    serve(listener, config, decide, interrupted).await;
    Ok(())
}
