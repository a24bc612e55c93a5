//! `connect`: a client for the terminal.

use std::io;
use std::thread;

use connection::{CloseCode, Config, Event, Message, SendError, Writer};
use handshake::WebSocketUrl;
use tokio::sync::mpsc;

use crate::dial::{Stream, dial};

/// Connects, and passes lines one way and events the other until it is over.
pub(crate) async fn run(url: &WebSocketUrl) -> Result<(), String> {
    let config = Config::default().max_message(64 << 20);
    let (mut reader, mut writer) = dial(url, config).await?.split();
    println!("connected to {url}");
    let mut lines = Some(lines());
    loop {
        // Both are cancel safe: whichever is not first is asked again.
        tokio::select! {
            event = reader.read() => match event {
                Some(event) => println!("{}", shown(&event)),
                None => return Ok(()),
            },
            line = next(&mut lines) => match line {
                Some(line) => act(&mut writer, &line).await,
                None => {
                    lines = None;
                    // It may be closing already.
                    let _ = writer.close(CloseCode::NORMAL, "");
                }
            },
        }
    }
}

/// The lines of the standard input. A thread reads them, since a read that waits for a key
/// cannot be given up.
fn lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(16);
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

async fn next(lines: &mut Option<mpsc::Receiver<String>>) -> Option<String> {
    match lines {
        Some(lines) => lines.recv().await,
        None => std::future::pending().await,
    }
}

fn shown(event: &Event<'_>) -> String {
    match event {
        Event::Message(Message::Text(text)) => format!("< {text}"),
        Event::Message(Message::Binary(bytes)) => {
            let begin = &bytes[..bytes.len().min(32)];
            format!("< {} bytes: {}", bytes.len(), begin.escape_ascii())
        }
        Event::Ping(payload) => format!("< ping {}", payload.escape_ascii()),
        Event::Pong(payload) => format!("< pong {}", payload.escape_ascii()),
        Event::Closed(closed) => format!("closed: {closed}"),
    }
}

async fn act(writer: &mut Writer<Box<dyn Stream>>, line: &str) {
    let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
    let sent = match command {
        "/ping" => writer.ping(rest.as_bytes()).await,
        "/close" => match goodbye(rest) {
            Some((code, reason)) => writer.close(code, reason),
            None => {
                println!("a code is 1000 to 1003, 1007 to 1014, or 3000 to 4999");
                return;
            }
        },
        _ => writer.send(Message::Text(line.into())).await,
    };
    match sent {
        Ok(()) => {}
        Err(SendError::TooLong) => println!("that is too long for a control frame"),
        Err(SendError::Closed) => println!("the connection is closing"),
    }
}

/// `CODE REASON`, both of which may be left out.
fn goodbye(text: &str) -> Option<(CloseCode, &str)> {
    let (code, reason) = text.split_once(' ').unwrap_or((text, ""));
    match code {
        "" => Some((CloseCode::NORMAL, "")),
        code => Some((CloseCode::new(code.parse().ok()?)?, reason)),
    }
}
