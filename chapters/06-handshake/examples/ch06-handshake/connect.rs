//! `connect`: a handshake with any server, and the bytes that come after it.

use std::time::Duration;

use handshake::{
    ClientHandshake, HandshakeError, Offer, Opened, Rejection, WebSocketUrl, connect,
};
use raw_http::Limits;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::show;

/// How long a server may take to answer, and how long we listen to it then.
const PATIENCE: Duration = Duration::from_secs(10);
const LISTENING: Duration = Duration::from_secs(3);

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The server: ws://127.0.0.1:3000/chat
    url: WebSocketUrl,
    /// Say that a page of this origin asks.
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,
    /// A subprotocol to offer; the most preferred first.
    #[arg(long, value_name = "NAME")]
    subprotocol: Vec<String>,
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    let Args { url, .. } = args;
    if url.secure {
        return Err("wss needs TLS, which comes in chapter 9: use ws".to_owned());
    }
    let mut offer = Offer::new(&url);
    offer.subprotocols = args.subprotocol;
    if let Some(origin) = args.origin {
        let field = offer.headers.try_append("Origin", &origin);
        field.map_err(|error| error.to_string())?;
    }
    let nonce = rand::random();
    let limits = Limits::default();
    let asked = ClientHandshake::new(offer.clone(), nonce, limits.clone());
    let asked = asked.map_err(|error| error.to_string())?;
    println!("The client asks:");
    show::lines(asked.request())
        .iter()
        .for_each(|line| println!("{line}"));
    let dialing = TcpStream::connect((&url.host[..], url.port));
    let io = dialing.await.map_err(|error| format!("{url}: {error}"))?;
    let opening = connect(io, &limits, offer, nonce);
    match timeout(PATIENCE, opening).await {
        Ok(Ok(opened)) => listen(opened).await,
        Ok(Err(error)) => {
            if let HandshakeError::Rejected(Rejection::Status(head)) = &error {
                println!("The server answers:");
                show::response(head)
                    .iter()
                    .for_each(|line| println!("{line}"));
            }
            Err(format!("{url}: {error}"))
        }
        Err(_) => Err(format!("{url}: no answer in {PATIENCE:?}")),
    }
}

/// Shows the answer, and what comes after it for a while.
async fn listen(opened: Opened<TcpStream, handshake::Agreed>) -> Result<(), String> {
    let Opened {
        mut io,
        terms,
        rest,
    } = opened;
    println!("The server answers:");
    show::response(&terms.response)
        .iter()
        .for_each(|line| println!("{line}"));
    let mut bytes = rest;
    let reading = async {
        while bytes.len() < 4096 && io.read_buf(&mut bytes).await? > 0 {}
        std::io::Result::Ok(())
    };
    let ended = timeout(LISTENING, reading).await;
    println!("After that, no HTTP any more: {}", show::hex(&bytes));
    match ended {
        Ok(Ok(())) => println!("And the server has closed the connection."),
        Ok(Err(error)) => println!("And the connection failed: {error}"),
        Err(_) => println!("And then nothing for {LISTENING:?}. Goodbye."),
    }
    Ok(())
}
