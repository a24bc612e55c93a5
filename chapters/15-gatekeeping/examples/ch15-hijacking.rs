//! What a page can do on behalf of whoever looks at it: `cargo run --example ch15-hijacking`.
//!
//! It serves a chat that lets in whoever has Ann's cookie, and a page of somebody else. Sign in
//! at the one, and open the other in the same browser. With `--careful` the chat looks at who
//! asks.
#![expect(clippy::print_stdout, reason = "it says where it listens")]

#[path = "ch15-hijacking/careless.rs"]
mod careless;
#[path = "ch15-hijacking/hostile.rs"]
mod hostile;

use std::error::Error;
use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::sync::Arc;

use careless::{Chat, SameSite};
use clap::Parser;
use tokio::net::TcpListener;

#[derive(Debug, Parser)]
struct Args {
    /// Look at the origin of each request, and ask for a ticket.
    #[arg(long)]
    careful: bool,
    /// What the session's cookie says about pages of other sites.
    #[arg(long, value_enum, default_value_t = SameSite::Strict)]
    cookie: SameSite,
    /// Where the chat listens.
    #[arg(long, default_value = "127.0.0.1:3115")]
    listen: SocketAddr,
    /// Where the other page is.
    #[arg(long, default_value = "127.0.0.1:3215")]
    hostile: SocketAddr,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let (chat, hostile) = (bind(args.listen).await?, bind(args.hostile).await?);
    let (at, other) = (chat.local_addr()?, hostile.local_addr()?);
    let origin = format!("http://{at}");
    println!("Ann's chat: {origin}/ (sign in there first)");
    println!("the other page, on the same site: http://{other}/");
    println!(
        "the other page, on another site: http://localhost:{}/",
        other.port()
    );
    let session = careless::random();
    let house = Chat::new(session, args.cookie, args.careful.then(|| origin.clone()));
    let house = careless::router(Arc::new(house));
    let hostile = axum::serve(hostile, hostile::router(origin));
    let chat = axum::serve(chat, house);
    tokio::select! {
        served = chat.into_future() => served?,
        served = hostile.into_future() => served?,
        stopped = tokio::signal::ctrl_c() => stopped?,
    }
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| format!("cannot listen on {address}: {error}"))
}
