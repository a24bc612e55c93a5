//! Whatever comes and whatever is asked of it, a connection says nothing illegal: judged by
//! tungstenite's reader of headers and by the rules, not by our own decoder.

mod common;

use std::io::Cursor;
use std::time::{Duration, Instant};

use bytes::Buf;
use common::{frame_to, in_both_roles};
use connection::{CloseCode, Config, Connection, Event, Message, Role};
use frames::Opcode;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// Something that happens to a connection.
#[derive(Debug, Clone)]
enum Deed {
    /// A frame of the peer, right or wrong.
    Frame(bool, Opcode, Vec<u8>),
    /// Any bytes of the peer.
    Bytes(Vec<u8>),
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(u16, String),
    Tick,
    End,
}

fn deed() -> impl Strategy<Value = Deed> {
    const OPCODES: &[Opcode] = &[
        Opcode::Continuation,
        Opcode::Text,
        Opcode::Binary,
        Opcode::Ping,
        Opcode::Pong,
        Opcode::Ping,
        Opcode::Close,
    ];
    let bytes = || vec(any::<u8>(), 0..140);
    prop_oneof![
        8 => (any::<bool>(), select(OPCODES), "[a-zé]{0,9}")
            .prop_map(|(fin, opcode, text)| Deed::Frame(fin, opcode, text.into())),
        1 => (select(OPCODES), bytes()).prop_map(|(o, b)| Deed::Frame(true, o, b)),
        1 => bytes().prop_map(Deed::Bytes),
        4 => ".{0,40}".prop_map(Deed::Text),
        2 => select(&[0, 125, 126, 5000, 65535, 65536][..])
            .prop_map(|length| Deed::Binary(vec![b'x'; length])),
        2 => bytes().prop_map(Deed::Ping),
        1 => bytes().prop_map(Deed::Pong),
        1 => (any::<u16>(), ".{0,50}").prop_map(|(code, why)| Deed::Close(code, why)),
        1 => (3000_u16..3010, "x{0,130}").prop_map(|(c, why)| Deed::Close(c, why)),
        2 => Just(Deed::Tick),
        1 => Just(Deed::End),
    ]
}

fn happen(connection: &mut Connection, role: Role, deed: Deed, now: &mut Instant) {
    let mut bytes = match deed {
        Deed::Frame(fin, opcode, payload) => frame_to(role, fin, opcode, &payload),
        Deed::Bytes(bytes) => bytes,
        Deed::Text(text) => {
            let _ = connection.send(Message::Text(text.into()));
            return;
        }
        Deed::Binary(bytes) => {
            let _ = connection.send(Message::Binary(bytes.into()));
            return;
        }
        Deed::Ping(payload) => {
            let _ = connection.ping(&payload);
            return;
        }
        Deed::Pong(payload) => {
            let _ = connection.pong(&payload);
            return;
        }
        Deed::Close(code, reason) => {
            if let Some(code) = CloseCode::new(code) {
                let _ = connection.close(code, &reason);
            }
            return;
        }
        Deed::Tick => {
            *now += Duration::from_secs(7);
            connection.deadline(*now);
            return connection.tick(*now);
        }
        Deed::End => return connection.end_of_input(),
    };
    let mut input = &mut bytes[..];
    while connection.receive(&mut input).is_some() {}
}

fn check_header(role: Role, header: &FrameHeader, length: u64, consumed: usize) {
    assert!(
        !(header.rsv1 || header.rsv2 || header.rsv3),
        "no reserved bits"
    );
    assert!(header.is_final, "nothing is fragmented");
    assert_eq!(header.mask.is_some(), role == Role::Client, "§5.1");
    assert_eq!(consumed, header.len(length), "§5.2: the shortest length");
}

/// Checks frames by hand, and gives how many closes there were.
fn check(role: Role, mut bytes: &[u8]) -> usize {
    let mut closes = 0;
    while !bytes.is_empty() {
        let mut cursor = Cursor::new(bytes);
        let parsed = FrameHeader::parse(&mut cursor).expect("a header");
        let (header, length) = parsed.expect("it is complete");
        let consumed = cursor.position() as usize;
        check_header(role, &header, length, consumed);
        let (payload, rest) = bytes[consumed..].split_at(length as usize);
        let mut payload = payload.to_vec();
        if let Some(key) = header.mask {
            payload
                .iter_mut()
                .zip(key.iter().cycle())
                .for_each(|(b, k)| *b ^= k);
        }
        match header.opcode {
            OpCode::Data(Data::Text) => {
                assert!(closes == 0, "§5.5.1: no data behind a Close");
                assert!(std::str::from_utf8(&payload).is_ok(), "§8.1");
            }
            OpCode::Data(Data::Binary) => assert!(closes == 0, "§5.5.1"),
            OpCode::Control(Control::Ping) => assert!(closes == 0 && length <= 125),
            OpCode::Control(Control::Pong) => assert!(length <= 125, "§5.5"),
            OpCode::Control(Control::Close) => {
                closes += 1;
                let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                assert!(length == 0 || code.and_then(CloseCode::new).is_some());
                let reason = payload.get(2..).unwrap_or_default();
                assert!(length <= 125 && std::str::from_utf8(reason).is_ok());
            }
            OpCode::Data(_) | OpCode::Control(_) => panic!("{:?}", header.opcode),
        }
        bytes = rest;
    }
    closes
}

fn drain(connection: &mut Connection) -> Vec<u8> {
    let mut all = Vec::new();
    while connection.output().has_remaining() {
        let output = connection.output();
        // A few bytes at a time, so that writes end anywhere.
        let count = output.remaining().min(1777);
        all.extend_from_slice(&output.copy_to_bytes(count));
    }
    all
}

proptest! {
    #[test]
    fn a_connection_never_says_anything_illegal(
        deeds in vec(deed(), 0..40),
        max_output in select(&[1_usize, 200, 1 << 16][..]),
        keepalive in select(vec![None, Some(Duration::from_secs(5))]),
    ) {
        in_both_roles(|role| {
            let config = Config { max_output, keepalive, ..Config::default() };
            let mut connection = Connection::new(role, config);
            let mut now = Instant::now();
            let mut said = Vec::new();
            for deed in deeds.clone() {
                happen(&mut connection, role, deed, &mut now);
                said.extend(drain(&mut connection));
            }
            assert!(check(role, &said) <= 1, "§5.5.1: one Close at most");
            // And the other role takes it.
            let mut peer = Connection::new(common::other(role), Config::default());
            let mut input = &mut said[..];
            while let Some(event) = peer.receive(&mut input) {
                let failed = matches!(&event, Event::Closed(closed) if closed.code() == 1006);
                assert!(!failed, "{event:?}");
            }
        });
    }
}
