//! `cargo run -p ex06-handshake`: your answers of exercise 1, for your browser and for
//! `curl`. There is nothing to change here.

use std::io;
use std::process::ExitCode;

use ex06_handshake::e1_answer::answer;
use handshake::ServerHandshake;
use raw_http::{Limits, RequestHead};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// 41 and the number of the chapter.
const ADDRESS: &str = "127.0.0.1:4106";
/// `Hello`, and a Close with the code 1000: frames, written by hand.
const FRAMES: &[u8] = b"\x81\x05Hello\x88\x02\x03\xe8";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let listener = match TcpListener::bind(ADDRESS).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("cannot listen on {ADDRESS}: {error}");
            eprintln!("Does this server run already, in another terminal?");
            return ExitCode::FAILURE;
        }
    };
    println!("Your handshake is on ws://{ADDRESS}. In the console of a browser:");
    println!("  new WebSocket('ws://{ADDRESS}').onmessage = m => console.log(m.data)");
    println!("Ctrl-C ends it. After a change of your code, start it again.");
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(tokio::spawn(converse(stream))),
                Err(error) => eprintln!("a connection is not accepted: {error}"),
            },
            interrupted = tokio::signal::ctrl_c() => match interrupted {
                Ok(()) => return ExitCode::SUCCESS,
                Err(_) => return ExitCode::FAILURE,
            },
        }
    }
}

/// Answers one request; after a 101, says `Hello` and goodbye.
async fn converse(mut stream: TcpStream) -> io::Result<()> {
    let Some(request) = read(&mut stream).await? else {
        return stream.shutdown().await;
    };
    let answer = answer(&request);
    let first_line = answer.lines().next().unwrap_or("nothing");
    println!("{} gets {first_line}", request.target);
    stream.write_all(answer.as_bytes()).await?;
    if answer.starts_with("HTTP/1.1 101 ") {
        stream.write_all(FRAMES).await?;
    }
    stream.shutdown().await?;
    // A socket that is closed with bytes unread is reset.
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

/// The head of the request; `None` when what came is none.
async fn read(stream: &mut TcpStream) -> io::Result<Option<RequestHead>> {
    let mut handshake = ServerHandshake::new(&Limits::default());
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer).await?;
        match handshake.receive(&buffer[..length]) {
            Ok(Some((request, _))) => return Ok(Some(request)),
            Ok(None) if length > 0 => {}
            Ok(None) | Err(_) => return Ok(None),
        }
    }
}
