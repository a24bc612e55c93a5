//! `connect`: a handshake with any server, and the bytes that come after it.

use std::time::Duration;

use handshake::{
    ClientHandshake, HandshakeError, Offer, Opened, Rejection, WebSocketUrl, connect,
};
use raw_http::Limits;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use wiretap::{Entry, Part, Recorder, Side};

use crate::show;

/// How long a server may take to answer, and how long we listen to it then.
const PATIENCE: Duration = Duration::from_secs(10);
const LISTENING: Duration = Duration::from_secs(3);
/// The most bytes that are read of a refusal's body.
const MOST_OF_BODY: u64 = 4096;

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
    // `connect` gives back no body of a refusal, and there the server says why.
    let recorder = Recorder::new("a handshake");
    let mut io = recorder.tap(io, Side::Client);
    let opening = timeout(PATIENCE, connect(&mut io, &limits, offer, nonce)).await;
    match opening {
        Ok(Ok(opened)) => listen(opened).await,
        Ok(Err(error)) => {
            if let HandshakeError::Rejected(Rejection::Status(head)) = &error {
                println!("The server answers:");
                show::response(head)
                    .iter()
                    .for_each(|line| println!("{line}"));
                body(&mut io, &recorder)
                    .await
                    .iter()
                    .for_each(|line| println!("  {line}"));
            }
            Err(format!("{url}: {error}"))
        }
        Err(_) => Err(format!("{url}: no answer in {PATIENCE:?}")),
    }
}

/// The body of a refusal, as much as comes in a while: the recorder has seen where it
/// begins, also if it came with the head.
pub(crate) async fn body(
    io: impl AsyncRead + Unpin,
    recorder: &Recorder,
) -> Vec<String> {
    let mut rest = Vec::new();
    let mut io = io.take(MOST_OF_BODY);
    // However it ends, what has come is shown.
    let _ = timeout(LISTENING, io.read_to_end(&mut rest)).await;
    let is_body = |entry: &Entry| {
        let is_body = matches!(entry.part, Part::Body | Part::Chunk);
        is_body && entry.from == Side::Server
    };
    let entries = recorder.transcript().entries;
    let bodies = entries.into_iter().filter(is_body);
    let lines = bodies.flat_map(|entry| entry.content.lines);
    // They are written with their line ends.
    let line = |line: String| line.trim_end_matches(r"\n").to_owned();
    lines.map(line).collect()
}

/// Shows the answer, and what comes after it for a while.
async fn listen<Io: AsyncRead + Unpin>(
    opened: Opened<Io, handshake::Agreed>,
) -> Result<(), String> {
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
