//! What tungstenite 0.30 makes of the same bytes.
#![allow(dead_code, reason = "each test target uses some of it")]

use std::io::{self, Read, Write};

use frames::Role;
use messages::{Limits, Message, Received, Tracer};
use tungstenite_0_30 as tungstenite;
use tungstenite_0_30::protocol::WebSocketConfig;
use tungstenite_0_30::{Error, WebSocket};

/// What has become of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) received: Vec<Received<'static>>,
    /// After how many bytes it was refused; `None` when more is waited for.
    pub(crate) refused: Option<usize>,
    /// How many bytes were written after the refusal.
    pub(crate) written: usize,
}

/// A connection to which bytes are fed.
#[derive(Default)]
struct Fed {
    bytes: Vec<u8>,
    at: usize,
    written: usize,
}

impl Read for Fed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}

impl Write for Fed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.written += buffer.len();
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Feeds `bytes` in pieces of `piece` bytes to tungstenite 0.30 with the same limits.
pub(crate) fn tungstenite_0_30(
    role: Role,
    limits: Limits,
    bytes: &[u8],
    piece: usize,
) -> Fate {
    let role = match role {
        Role::Client => tungstenite::protocol::Role::Client,
        Role::Server => tungstenite::protocol::Role::Server,
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(4096)
        .max_message_size(Some(limits.max_message))
        .max_frame_size(Some(limits.max_message));
    let mut socket = WebSocket::from_raw_socket(Fed::default(), role, Some(config));
    let mut fate = Fate {
        received: Vec::new(),
        refused: None,
        written: 0,
    };
    let mut come = 0;
    for piece in bytes.chunks(piece) {
        come += piece.len();
        socket.get_mut().bytes.extend(piece);
        loop {
            match socket.read() {
                Ok(message) => fate.received.push(translate(message)),
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    break;
                }
                Err(_) => {
                    let before = socket.get_ref().written;
                    // Whatever it has to say about it: it is asked to say it.
                    let _ = socket.flush();
                    fate.written = socket.get_ref().written - before;
                    fate.refused = Some(come);
                    return fate;
                }
            }
        }
    }
    fate
}

fn translate(message: tungstenite::Message) -> Received<'static> {
    let message = match message {
        tungstenite::Message::Text(text) => Message::Text(text.to_string().into()),
        tungstenite::Message::Binary(bytes) => Message::Binary(bytes.to_vec().into()),
        tungstenite::Message::Ping(payload) => {
            return Received::Ping(payload.to_vec().into());
        }
        tungstenite::Message::Pong(payload) => {
            return Received::Pong(payload.to_vec().into());
        }
        other => panic!("no {other:?} is sent here"),
    };
    Received::Message(message)
}

/// The chapter's own, byte by byte.
pub(crate) fn ours(role: Role, limits: Limits, bytes: &[u8]) -> Fate {
    let mut tracer = Tracer::new(role, limits);
    let mut fate = Fate {
        received: Vec::new(),
        refused: None,
        written: 0,
    };
    for (at, &byte) in bytes.iter().enumerate() {
        let step = tracer.take(byte);
        fate.received.extend(step.received);
        if step.refused.is_some() {
            fate.refused = Some(at + 1);
            break;
        }
    }
    fate
}
