//! Frames written by hand, and what a receiver makes of them however they are cut.
#![allow(dead_code, reason = "each test target uses some of it")]

use frames::{Decoder, Role};
use messages::{Assembler, Limits, Message, MessageError, Received, Refusal};

pub(crate) const FIN: u8 = 0x80;
pub(crate) const CONTINUATION: u8 = 0x0;
pub(crate) const TEXT: u8 = 0x1;
pub(crate) const BINARY: u8 = 0x2;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xa;

pub(crate) const BOTH: [Role; 2] = [Role::Client, Role::Server];

/// Frames on their way to `role`: their first bytes and payloads, masked for a server.
pub(crate) fn frames_to(role: Role, frames: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &(first, payload) in frames {
        bytes.extend(header_to(role, first, payload.len() as u64));
        bytes.extend(masked_to(role, 0, payload));
    }
    bytes
}

/// A piece of a payload from byte `offset` on: letters, masked for a server.
pub(crate) fn payload_to(role: Role, offset: usize, size: usize) -> Vec<u8> {
    masked_to(role, offset, &vec![b'x'; size])
}

fn masked_to(role: Role, offset: usize, payload: &[u8]) -> Vec<u8> {
    let key = match role {
        Role::Client => [0; 4],
        Role::Server => KEY,
    };
    let key = key.iter().cycle().skip(offset % 4);
    payload
        .iter()
        .zip(key)
        .map(|(byte, key)| byte ^ key)
        .collect()
}

/// The key of the examples in RFC 6455 §5.7.
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

pub(crate) fn header_to(role: Role, first: u8, length: u64) -> Vec<u8> {
    let mask = if role == Role::Server { 0x80 } else { 0 };
    let mut bytes = vec![first];
    match length {
        0..=125 => bytes.push(mask | length as u8),
        126..=0xffff => {
            bytes.push(mask | 126);
            bytes.extend((length as u16).to_be_bytes());
        }
        _ => {
            bytes.push(mask | 127);
            bytes.extend(length.to_be_bytes());
        }
    }
    if role == Role::Server {
        bytes.extend(KEY);
    }
    bytes
}

/// `65,536`
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    groups
        .iter()
        .map(|group| String::from_utf8_lossy(group))
        .collect::<Vec<_>>()
        .join(",")
}

/// A receiver of either role: its decoder, and its assembler behind it.
pub(crate) struct Receiver {
    pub(crate) decoder: Decoder,
    pub(crate) assembler: Assembler,
    pub(crate) received: Vec<Received<'static>>,
}

impl Receiver {
    pub(crate) fn new(role: Role, limits: Limits) -> Self {
        Self {
            decoder: Decoder::new(role),
            assembler: Assembler::new(limits),
            received: Vec::new(),
        }
    }

    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let mut bytes = bytes.to_vec();
        let mut input = &mut bytes[..];
        while let Some(part) =
            self.decoder.decode(&mut input).map_err(Refusal::Frame)?
        {
            let received = self.assembler.receive(part).map_err(Refusal::Message)?;
            self.received.extend(received.map(Received::into_owned));
        }
        Ok(())
    }
}

/// What a stream is to a receiver.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) received: Vec<Received<'static>>,
    /// How many bytes were taken when it was refused, the fatal one included, and why.
    pub(crate) refused: Option<(usize, Refusal)>,
}

/// Reads `bytes` one by one; and then cut in two at every place, and whole, and checks that
/// this comes to the same.
pub(crate) fn read(role: Role, limits: Limits, bytes: &[u8]) -> Outcome {
    let mut receiver = Receiver::new(role, limits);
    let mut refused = None;
    for (at, byte) in bytes.iter().enumerate() {
        if let Err(refusal) = receiver.take(std::slice::from_ref(byte)) {
            refused = Some((at + 1, refusal));
            break;
        }
    }
    let outcome = Outcome {
        received: receiver.received,
        refused,
    };
    for cut in 0..=bytes.len() {
        let (left, right) = bytes.split_at(cut);
        let mut receiver = Receiver::new(role, limits);
        let refused = receiver.take(left).and_then(|()| receiver.take(right));
        assert_eq!(
            receiver.received, outcome.received,
            "cut at {cut}: {bytes:x?}"
        );
        let expected = outcome.refused.map(|(_, refusal)| refusal);
        assert_eq!(refused.err(), expected, "cut at {cut}: {bytes:x?}");
    }
    outcome
}

/// What both roles receive of the same frames; where it is refused is told as the number
/// of bytes before the end of the frame in which that happens.
pub(crate) fn exchange(limits: Limits, frames: &[(u8, &[u8])]) -> Outcome {
    let [one, other] = BOTH.map(|role| {
        let mut outcome = read(role, limits, &frames_to(role, frames));
        if let Some((at, _)) = &mut outcome.refused {
            let mut end = 0;
            for frame in frames {
                end += frames_to(role, &[*frame]).len();
                if *at <= end {
                    break;
                }
            }
            *at = end - *at;
        }
        outcome
    });
    assert_eq!(one, other);
    one
}

/// What is received of frames that nobody may refuse.
pub(crate) fn received(frames: &[(u8, &[u8])]) -> Vec<Received<'static>> {
    let outcome = exchange(Limits::default(), frames);
    assert_eq!(outcome.refused, None);
    outcome.received
}

/// What is received before a refusal, how many bytes before the end of its frame it comes,
/// and why it does.
pub(crate) fn refused(
    limits: Limits,
    frames: &[(u8, &[u8])],
) -> (Vec<Received<'static>>, usize, MessageError) {
    let outcome = exchange(limits, frames);
    match outcome.refused {
        Some((left, Refusal::Message(error))) => (outcome.received, left, error),
        other => panic!("{other:?}, after {:?}", outcome.received),
    }
}

pub(crate) fn text(text: &str) -> Received<'_> {
    Received::Message(Message::Text(text.into()))
}

pub(crate) fn binary(bytes: &[u8]) -> Received<'_> {
    Received::Message(Message::Binary(bytes.into()))
}
