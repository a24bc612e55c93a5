//! One end of a connection and what the other says to it, in words.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::time::{Duration, Instant};

use bytes::{Buf, BytesMut};
use connection::{Config, Connection, Event, Message, Reader, Role, WebSocket, Writer};
use frames::{Decoder, Header, MaskingKey, Opcode, put_frame};
use tokio::io::{DuplexStream, duplex};

/// Runs a test for the server's end and for the client's.
pub(crate) fn in_both_roles(test: impl Fn(Role)) {
    test(Role::Server);
    test(Role::Client);
}

pub(crate) fn other(role: Role) -> Role {
    match role {
        Role::Client => Role::Server,
        Role::Server => Role::Client,
    }
}

/// One end of a connection.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) connection: Connection,
    role: Role,
    reader: Decoder,
}

impl End {
    pub(crate) fn new(role: Role) -> Self {
        Self::with(role, Config::default())
    }

    pub(crate) fn with(role: Role, config: Config) -> Self {
        Self {
            connection: Connection::new(role, config),
            role,
            reader: Decoder::new(other(role)),
        }
    }

    /// A frame of the peer.
    pub(crate) fn frame(&self, fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
        frame_to(self.role, fin, opcode, payload)
    }

    /// What is told when the peer sends a whole frame.
    pub(crate) fn hears(&mut self, opcode: Opcode, payload: &[u8]) -> Vec<String> {
        let frame = self.frame(true, opcode, payload);
        self.hears_bytes(frame)
    }

    /// What is told when these bytes come.
    pub(crate) fn hears_bytes(&mut self, mut bytes: Vec<u8>) -> Vec<String> {
        let mut input = &mut bytes[..];
        let mut told = Vec::new();
        while let Some(event) = self.connection.receive(&mut input) {
            told.push(words(&event));
        }
        assert!(input.is_empty(), "all of it is taken");
        told
    }

    /// What is told when they come one by one.
    pub(crate) fn hears_each_byte(&mut self, bytes: &[u8]) -> Vec<String> {
        let each = bytes.iter().flat_map(|byte| self.hears_bytes(vec![*byte]));
        each.collect()
    }

    /// The frames that it says, read by a decoder in the other role: one that breaks a
    /// rule panics.
    pub(crate) fn says(&mut self) -> Vec<String> {
        let output = self.connection.output();
        let mut bytes = output.copy_to_bytes(output.remaining()).to_vec();
        said(&mut self.reader, &mut bytes)
    }

    pub(crate) fn sends(&mut self, text: &str) {
        let message = Message::Text(text.into());
        self.connection
            .send(message)
            .expect("the connection is open");
    }
}

/// The frames that an end in this role has said.
pub(crate) fn read_frames(role: Role, mut bytes: Vec<u8>) -> Vec<String> {
    said(&mut Decoder::new(other(role)), &mut bytes)
}

fn said(reader: &mut Decoder, mut input: &mut [u8]) -> Vec<String> {
    let mut said = Vec::new();
    while let Some(part) = reader.decode(&mut input).expect("a legal frame") {
        assert!(part.first && part.last, "whole frames");
        said.push(frame_in_words(&part.header, part.payload));
    }
    said
}

/// A frame to the end in this role.
pub(crate) fn frame_to(
    role: Role,
    fin: bool,
    opcode: Opcode,
    payload: &[u8],
) -> Vec<u8> {
    let mut header = Header::new(opcode, 0);
    header.fin = fin;
    header.masking_key = (role == Role::Server).then_some(MaskingKey([1, 2, 3, 4]));
    let mut bytes = BytesMut::new();
    put_frame(header, payload, &mut bytes);
    bytes.to_vec()
}

/// What a server hears from a masked text.
pub(crate) fn to_server(payload: &[u8]) -> Vec<u8> {
    frame_to(Role::Server, true, Opcode::Text, payload)
}

pub(crate) fn text(text: &str) -> Message<'_> {
    Message::Text(text.into())
}

pub(crate) type Halves = (Reader<DuplexStream>, Writer<DuplexStream>);

/// A server's halves, and the client's end of the stream, which has room for so much.
pub(crate) fn server(room: usize, config: Config) -> (Halves, DuplexStream) {
    let (near, far) = duplex(room);
    let connection = Connection::new(Role::Server, config);
    (WebSocket::new(near, connection, []).split(), far)
}

/// The payload of a Close frame.
pub(crate) fn close(code: u16, reason: &str) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason.as_bytes()].concat()
}

fn words(event: &Event<'_>) -> String {
    match event {
        Event::Message(Message::Text(text)) => format!("text {text}"),
        Event::Message(Message::Binary(bytes)) => format!("binary {bytes:?}"),
        Event::Ping(payload) => format!("ping {}", payload.escape_ascii()),
        Event::Pong(payload) => format!("pong {}", payload.escape_ascii()),
        Event::Closed(closed) => format!("closed {closed}"),
    }
}

fn frame_in_words(header: &Header, payload: &[u8]) -> String {
    assert!(header.fin, "nothing is fragmented");
    match (header.opcode, payload) {
        (Opcode::Close, []) => "close".to_owned(),
        (Opcode::Close, [high, low, reason @ ..]) => {
            let code = u16::from_be_bytes([*high, *low]);
            format!("close {code} {}", reason.escape_ascii())
                .trim_end()
                .to_owned()
        }
        (opcode, payload) => format!("{opcode} {}", payload.escape_ascii()),
    }
}

/// A clock that goes when it is told to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock(pub Instant);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn passes(&mut self, seconds: u64) -> Instant {
        self.0 += Duration::from_secs(seconds);
        self.0
    }
}
