//! Connections: whatever comes, and whatever the application does.

use std::time::{Duration, Instant};

use bytes::Buf as _;
use connection::{CloseCode, Config, Connection, Event, Message, Role};
use frames::MaskingKey;

use crate::message::LIMITS;
use crate::{sent, split, ways};

const MAX_OUTPUT: usize = 1000;
/// The longest message that the application sends.
const MOST_SENT: usize = 5000;

fn config() -> Config {
    Config {
        limits: LIMITS,
        max_output: MAX_OUTPUT,
        close_timeout: Duration::from_secs(5),
        keepalive: Some(Duration::from_secs(20)),
        // The same every time, so that outputs can be compared.
        masking_key: || MaskingKey([0x37, 0xfa, 0x21, 0x3d]),
    }
}

/// The events of a stream, and what is sent meanwhile, are the same however it is cut; what
/// is sent is legal, and bounded, whatever comes and whatever the application does.
pub fn connection(input: &[u8]) {
    let Some((role, seed, bytes)) = split(input) else {
        return;
    };
    let [whole, others @ ..] =
        ways(seed, bytes.len()).map(|pieces| listen(role, bytes, &pieces));
    for other in others {
        assert_eq!(whole, other);
    }
    act(role, bytes);
}

/// An application that only listens.
fn listen(
    role: Role,
    bytes: &[u8],
    pieces: &[usize],
) -> (Vec<Event<'static>>, Vec<u8>) {
    let mut end = End::new(role);
    let mut rest = bytes;
    for &length in pieces {
        let (piece, after) = rest.split_at(length);
        rest = after;
        end.receive(piece, usize::MAX);
    }
    end.finish()
}

/// An application that also sends, closes, and waits; and a network that takes what it
/// likes. The bytes are a program: an operation, an argument, and what it takes of the rest.
fn act(role: Role, program: &[u8]) {
    let mut end = End::new(role);
    let mut now = Instant::now();
    let mut rest = program;
    while let [operation, argument, after @ ..] = rest {
        rest = after;
        let argument = usize::from(*argument);
        match operation % 8 {
            0..=2 => {
                let (piece, after) = rest.split_at(argument.min(rest.len()));
                rest = after;
                end.receive(piece, 10);
            }
            3 if end.connection.has_room() => {
                let text = "é".repeat(argument * MOST_SENT / 255 / 2);
                let message = if argument % 2 == 0 {
                    Message::Text(text.into())
                } else {
                    Message::Binary(text.into_bytes().into())
                };
                // It fails when the connection is closing, and sends nothing then.
                let _ = end.connection.send(message);
            }
            3 => end.write(argument),
            4 if end.connection.has_room() => {
                let _ = end.connection.ping(&vec![7; argument]);
            }
            4 => end.write(argument),
            5 => {
                let code = CloseCode::new(1000 + argument as u16 * 16);
                let reason = "x".repeat(argument);
                if let Some(code) = code {
                    let _ = end.connection.close(code, &reason);
                }
            }
            6 => {
                now += Duration::from_millis(100 * argument as u64);
                if end.connection.deadline(now).is_some_and(|due| due <= now) {
                    end.tick(now);
                }
            }
            _ if argument == 0 => end.connection.end_of_input(),
            _ => end.write(argument),
        }
    }
    end.finish();
}

/// One end, and the wire behind it.
struct End {
    role: Role,
    connection: Connection,
    events: Vec<Event<'static>>,
    wire: Vec<u8>,
    /// Whether output was thrown away, since the peer took none of it for too long.
    abandoned: bool,
}

impl End {
    fn new(role: Role) -> Self {
        Self {
            role,
            connection: Connection::new(role, config()),
            events: Vec::new(),
            wire: Vec::new(),
            abandoned: false,
        }
    }

    /// Takes a piece, and lets the network take so many bytes after each event.
    fn receive(&mut self, piece: &[u8], written: usize) {
        let mut piece = piece.to_vec();
        let mut input = &mut piece[..];
        while let Some(event) = self.connection.receive(&mut input) {
            let over = self
                .events
                .iter()
                .any(|event| matches!(event, Event::Closed(_)));
            assert!(!over, "{event:?} after the end");
            self.events.push(owned(event));
            self.write(written);
        }
        assert!(input.is_empty(), "all of it is taken");
        self.write(written);
    }

    fn tick(&mut self, now: Instant) {
        let waited = self.connection.output().has_remaining();
        self.connection.tick(now);
        self.abandoned |= waited && !self.connection.output().has_remaining();
    }

    fn write(&mut self, most: usize) {
        let output = self.connection.output();
        // The limit, the message that went over it, and a control frame or two.
        let waiting = output.remaining();
        assert!(
            waiting <= MAX_OUTPUT + MOST_SENT + 300,
            "{waiting} bytes wait"
        );
        let mut left = most;
        while left > 0 && output.has_remaining() {
            let length = output.chunk().len().min(left);
            self.wire.extend_from_slice(&output.chunk()[..length]);
            output.advance(length);
            left -= length;
        }
    }

    fn finish(mut self) -> (Vec<Event<'static>>, Vec<u8>) {
        while self.connection.output().has_remaining() {
            self.write(usize::MAX);
        }
        sent::check(self.role, &self.wire, self.abandoned);
        (self.events, self.wire)
    }
}

fn owned(event: Event<'_>) -> Event<'static> {
    match event {
        Event::Message(Message::Text(text)) => {
            Event::Message(Message::Text(text.into_owned().into()))
        }
        Event::Message(Message::Binary(bytes)) => {
            Event::Message(Message::Binary(bytes.into_owned().into()))
        }
        Event::Ping(payload) => Event::Ping(payload.into_owned().into()),
        Event::Pong(payload) => Event::Pong(payload.into_owned().into()),
        Event::Closed(closed) => Event::Closed(closed),
    }
}
