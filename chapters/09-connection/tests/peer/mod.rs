//! One stream to our connection and to tungstenite 0.30, and what each makes of it.

use std::io::{self, Read, Write};

use bytes::Buf as _;
use connection::{CloseCode, Closed, Config, Connection, Event, Message, Role};
use messages::Limits;
use tungstenite_0_30 as tungstenite;
use tungstenite_0_30::protocol::{CloseFrame, WebSocketConfig};
use tungstenite_0_30::{Error, WebSocket};

use crate::common::read_frames;

/// What an end made of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fate {
    /// Messages, pings and pongs.
    pub(crate) told: Vec<String>,
    pub(crate) end: End,
    /// The frames that it sent meanwhile.
    pub(crate) said: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// It waits for more.
    Open,
    /// With the peer's Close, and what it said.
    Closed(Option<(u16, String)>),
    /// Because something was wrong.
    Refused,
}

/// What the application does before it listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum First {
    Nothing,
    Close,
}

impl Fate {
    /// The frames of one kind that were sent.
    pub(crate) fn said(&self, kind: &str) -> Vec<&str> {
        let said = self.said.iter().map(String::as_str);
        said.filter(|frame| frame.starts_with(kind)).collect()
    }
}

/// Our connection, which gets the stream in pieces of `piece` bytes.
pub(crate) fn ours(
    role: Role,
    limits: Limits,
    first: First,
    bytes: &[u8],
    piece: usize,
) -> Fate {
    let config = Config {
        limits,
        ..Config::default()
    };
    let mut connection = Connection::new(role, config);
    if first == First::Close {
        connection.close(CloseCode::NORMAL, "").expect("it is open");
    }
    let mut wire = Vec::new();
    let mut fate = Fate {
        told: Vec::new(),
        end: End::Open,
        said: Vec::new(),
    };
    for piece in bytes.chunks(piece) {
        let mut piece = piece.to_vec();
        let mut input = &mut piece[..];
        while let Some(event) = connection.receive(&mut input) {
            match event {
                Event::Message(Message::Text(text)) => {
                    fate.told.push(format!("text {text}"));
                }
                Event::Message(Message::Binary(bytes)) => {
                    fate.told.push(in_words("binary", &bytes));
                }
                Event::Ping(payload) => fate.told.push(in_words("ping", &payload)),
                Event::Pong(payload) => fate.told.push(in_words("pong", &payload)),
                Event::Closed(Closed::Agreed(frame)) => {
                    let frame = frame.map(|(code, reason)| (code.get(), reason));
                    fate.end = End::Closed(frame);
                }
                Event::Closed(_) => fate.end = End::Refused,
            }
            let output = connection.output();
            wire.extend(output.copy_to_bytes(output.remaining()));
        }
    }
    let output = connection.output();
    wire.extend(output.copy_to_bytes(output.remaining()));
    fate.said = read_frames(role, wire);
    fate
}

/// A connection to which bytes are fed, and what was written to it.
#[derive(Default)]
struct Fed {
    incoming: Vec<u8>,
    at: usize,
    written: Vec<u8>,
}

impl Read for Fed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut rest = &self.incoming[self.at..];
        if rest.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let length = rest.read(buffer)?;
        self.at += length;
        Ok(length)
    }
}

impl Write for Fed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.written.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The same for tungstenite 0.30, with the same limits.
pub(crate) fn tungstenite_0_30(
    role: Role,
    limits: Limits,
    first: First,
    bytes: &[u8],
    piece: usize,
) -> Fate {
    let their_role = match role {
        Role::Client => tungstenite::protocol::Role::Client,
        Role::Server => tungstenite::protocol::Role::Server,
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(4096)
        .max_message_size(Some(limits.max_message))
        .max_frame_size(Some(limits.max_message));
    let mut socket =
        WebSocket::from_raw_socket(Fed::default(), their_role, Some(config));
    if first == First::Close {
        let normal = CloseFrame {
            code: 1000.into(),
            reason: "".into(),
        };
        socket.close(Some(normal)).expect("it is open");
    }
    let mut fate = Fate {
        told: Vec::new(),
        end: End::Open,
        said: Vec::new(),
    };
    for piece in bytes.chunks(piece) {
        socket.get_mut().incoming.extend(piece);
        while fate.end == End::Open {
            match socket.read() {
                Ok(message) => take(message, &mut fate),
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    break;
                }
                Err(_) => fate.end = End::Refused,
            }
        }
    }
    // Whatever it still has to say: it is asked to say it.
    let _ = socket.flush();
    fate.said = read_frames(role, socket.get_ref().written.clone());
    fate
}

fn take(message: tungstenite::Message, fate: &mut Fate) {
    match message {
        tungstenite::Message::Text(text) => fate.told.push(format!("text {text}")),
        tungstenite::Message::Binary(bytes) => {
            fate.told.push(in_words("binary", &bytes));
        }
        tungstenite::Message::Ping(payload) => {
            fate.told.push(in_words("ping", &payload))
        }
        tungstenite::Message::Pong(payload) => {
            fate.told.push(in_words("pong", &payload))
        }
        tungstenite::Message::Close(frame) => {
            let frame =
                frame.map(|frame| (u16::from(frame.code), frame.reason.to_string()));
            fate.end = End::Closed(frame);
        }
        tungstenite::Message::Frame(_) => panic!("it is never read"),
    }
}

fn in_words(kind: &str, payload: &[u8]) -> String {
    format!("{kind} {}", payload.escape_ascii())
}

/// Up to where a stream can be compared: to a length that is not in its shortest form, a
/// difference after which nothing is the same. And whether it ends with a frame.
pub(crate) fn comparable(bytes: &[u8]) -> (usize, bool) {
    let mut at = 0;
    loop {
        let [_, second, after @ ..] = &bytes[at..] else {
            return (bytes.len(), at == bytes.len());
        };
        let (length, size) = match (second & 0x7f, after) {
            (126, [a, b, ..]) => (u64::from(u16::from_be_bytes([*a, *b])), 2),
            (127, [_, _, _, _, _, _, _, _, ..]) => {
                (u64::from_be_bytes(*after.first_chunk().expect("eight")), 8)
            }
            (126 | 127, _) => return (bytes.len(), false),
            (length, _) => (u64::from(length), 0),
        };
        if (size == 2 && length < 126) || (size == 8 && length <= 0xffff) {
            return (at, true);
        }
        let mask = if second & 0x80 == 0 { 0 } else { 4 };
        let end = (at + 2 + size + mask) as u64 + length.min(1 << 32);
        match usize::try_from(end) {
            Ok(end) if end <= bytes.len() => at = end,
            _ => return (bytes.len(), false),
        }
    }
}
