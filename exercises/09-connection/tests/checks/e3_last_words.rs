//! Plays the five scenes with the chapter's connection, and compares.

use bytes::{Buf, BytesMut};
use connection::{CloseCode, Config, Connection, Event, Role};
use frames::{Header, MaskingKey, Opcode, put_frame};
use wiretap::verdict::{self, Rule};

use crate::subject::e3_last_words::{End, prediction};

const BEHIND: Rule = Rule::new(
    "RFC 6455 §5.5.1",
    "A Close is answered with its code. What comes behind it is not listened to.",
);
const EMPTY: Rule = Rule::new(
    "RFC 6455 §7.1.5",
    "A Close without a code is answered by one without a code, and told as 1005.",
);
const FAILED: Rule = Rule::new(
    "RFC 6455 §7.1.7",
    "Who fails the connection sends a Close with the reason's code, and listens no more, \
     not even to a Close. The application is told 1006.",
);
const FIRST: Rule = Rule::new(
    "RFC 6455 §5.5.2",
    "Who has sent a Close still answers pings, until the peer's Close has come. That one is \
     not answered again.",
);
const NEVER: Rule = Rule::new(
    "RFC 6455 §7.4.1",
    "1005 must not be sent. A code that must not fails the connection with 1002.",
);

type Scene = &'static [(bool, Opcode, &'static [u8])];

const SCENES: [Scene; 5] = [
    &[
        (true, Opcode::Ping, b"a"),
        (true, Opcode::Close, b"\x03\xe8bye"),
        (true, Opcode::Ping, b"b"),
    ],
    &[(false, Opcode::Text, b"half"), (true, Opcode::Close, b"")],
    &[
        (true, Opcode::Text, b"\xff"),
        (true, Opcode::Close, b"\x03\xe8"),
    ],
    &[
        (true, Opcode::Ping, b"x"),
        (true, Opcode::Text, b"late"),
        (true, Opcode::Close, b"\x03\xe9"),
    ],
    &[(true, Opcode::Close, b"\x03\xed")],
];

/// Plays a scene: what the server writes, and the code that it tells.
fn played(scene: usize) -> (Vec<u8>, u16) {
    let mut server = Connection::new(Role::Server, Config::default());
    if scene == 3 {
        let closed = server.close(CloseCode::GOING_AWAY, "");
        closed.expect("it is open");
    }
    let mut bytes = BytesMut::new();
    for (fin, opcode, payload) in SCENES[scene] {
        let mut header = Header::new(*opcode, 0);
        header.fin = *fin;
        header.masking_key = Some(MaskingKey([1, 2, 3, 4]));
        put_frame(header, payload, &mut bytes);
    }
    let mut told = 0;
    let mut input = &mut bytes[..];
    while let Some(event) = server.receive(&mut input) {
        if let Event::Closed(closed) = event {
            told = closed.code();
        }
    }
    let output = server.output();
    (output.copy_to_bytes(output.remaining()).to_vec(), told)
}

fn compare(rule: Rule, scene: usize, mistakes: &[(&[u8], &str)]) {
    let End { written, code } = &prediction()[scene];
    for (wrong, why) in mistakes {
        if written == wrong {
            verdict::fail(rule, why);
        }
    }
    let (right, told) = played(scene);
    verdict::bytes(rule, right, written);
    verdict::equal(rule, told, *code);
}

#[test]
fn scene_1_a_ping_on_either_side_of_a_close() {
    compare(
        BEHIND,
        0,
        &[
            (
                b"\x8a\x01a\x88\x02\x03\xe8\x8a\x01b",
                "The second ping comes behind the Close: it is thrown away.",
            ),
            (
                b"\x8a\x01a\x88\x05\x03\xe8bye",
                "The answer has the code. The reason was the peer's, and is not repeated.",
            ),
        ],
    );
}

#[test]
fn scene_2_a_close_within_a_message() {
    compare(
        EMPTY,
        1,
        &[
            (
                b"\x88\x02\x03\xea",
                "A Close is a control frame: it may come between two fragments. The message \
                 never ends, and that is no mistake.",
            ),
            (
                b"\x88\x02\x03\xed",
                "1005 is what the application is told, since no code came. On the wire it \
                 never stands: an empty Close is answered by an empty one.",
            ),
        ],
    );
}

#[test]
fn scene_3_a_close_behind_a_mistake() {
    let End { code, .. } = prediction()[2];
    if code == 1000 {
        let why =
            "The Close comes behind the mistake, and nothing there is listened to.";
        verdict::fail(FAILED, why);
    }
    compare(FAILED, 2, &[]);
}

#[test]
fn scene_4_the_server_was_first() {
    compare(
        FIRST,
        3,
        &[
            (
                b"\x88\x02\x03\xe9",
                "The ping comes when the server has sent a Close and got none: it is owed \
                 its pong.",
            ),
            (
                b"\x88\x02\x03\xe9\x8a\x01x\x88\x02\x03\xe9",
                "The server has sent its Close already. There is one in each direction.",
            ),
        ],
    );
}

#[test]
fn scene_5_a_code_that_must_not_be_sent() {
    compare(
        NEVER,
        4,
        &[(
            b"\x88\x02\x03\xed",
            "1005 is never sent, in an answer neither.",
        )],
    );
}
