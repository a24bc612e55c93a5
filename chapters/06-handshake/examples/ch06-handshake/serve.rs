//! `serve`: handshakes at /chat, and a page that makes one.

use std::net::SocketAddr;
use std::time::Duration;

use handshake::{Accepted, Opened, Origins, Policy, Refusal};
use raw_http::{RequestHead, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::show;

/// The page for a browser, whose script opens a WebSocket.
const PAGE: &str = include_str!("page.html");
/// Two frames, written by hand: a text, `Hello`; and a close with the code 1000.
const HELLO: &[u8] = b"\x81\x05Hello";
const CLOSE: &[u8] = b"\x88\x02\x03\xe8";
/// How long a client may say nothing.
const SILENCE: Duration = Duration::from_mins(1);

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// A page's origin that may connect, besides the server's own.
    #[arg(long, value_name = "ORIGIN")]
    origin: Vec<String>,
    /// A subprotocol that the server speaks.
    #[arg(long, value_name = "NAME")]
    subprotocol: Vec<String>,
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    let listen = args.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        format!("cannot listen on {listen}: {error}; choose another with --listen")
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("Handshakes at ws://{address}/chat. Try in a browser: http://{address}/");
    println!("Ctrl-C ends it.");
    let own = [
        format!("http://{address}"),
        format!("http://localhost:{}", address.port()),
    ];
    let policy = Policy {
        origins: Origins::Only(args.origin.into_iter().chain(own).collect()),
        subprotocols: args.subprotocol,
    };
    let decide = move |request: &RequestHead| decide(&policy, request);
    handshake::serve(listener, decide, talk, interrupted()).await;
    Ok(())
}

fn decide(policy: &Policy, request: &RequestHead) -> Result<Accepted, Refusal> {
    println!("A client asks:");
    show::request(request)
        .iter()
        .for_each(|line| println!("{line}"));
    let outcome = match (&request.method[..], &request.target[..]) {
        ("GET", "/") => {
            let page = Response::with_type(200, "text/html; charset=utf-8", PAGE);
            Err(Refusal::Answer(page))
        }
        (_, "/chat") => policy.check(request),
        _ => Err(Refusal::Answer(Response::text(404, "try / or /chat\n"))),
    };
    match &outcome {
        Ok(_) => println!("It is accepted."),
        Err(Refusal::Answer(answer)) => println!("It gets {}.", answer.status),
        Err(refusal) => println!("It is refused: {refusal}"),
    }
    outcome
}

/// Says `Hello`, shows what comes, and says goodbye. What the client's bytes mean, this
/// server does not know: that is the next chapter.
async fn talk(opened: Opened<TcpStream, Accepted>) {
    let Opened { mut io, rest, .. } = opened;
    let mut bytes = rest;
    let talk = async {
        io.write_all(HELLO).await?;
        if bytes.is_empty() {
            io.read_buf(&mut bytes).await?;
        }
        if !bytes.is_empty() {
            println!("Bytes: {}", show::hex(&bytes));
        }
        io.write_all(CLOSE).await?;
        io.shutdown().await?;
        while bytes.len() < 4096 && io.read_buf(&mut bytes).await? > 0 {}
        std::io::Result::Ok(())
    };
    match timeout(SILENCE, talk).await {
        Ok(Ok(())) => println!("The client has gone."),
        Ok(Err(error)) => println!("The connection failed: {error}"),
        Err(_) => println!("Nothing came for a minute."),
    }
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's own one ends the program.
        std::future::pending().await
    }
}
