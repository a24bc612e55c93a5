//! The chapter's decoder gets the bytes one by one, and the prediction is compared.

use frames::{Decoder, Role};
use wiretap::verdict::{self, Rule};

use crate::subject::e3_fates::{Fate, SENT, prediction};

const FRAME: Rule = Rule::new(
    "RFC 6455 §5.2",
    "FIN and opcode are in the first byte, MASK and the length in the second; the key \
     follows, and then the payload.",
);
const MASKED: Rule = Rule::new(
    "RFC 6455 §5.1",
    "A server refuses a frame that is not masked.",
);
const CONTROL: Rule = Rule::new(
    "RFC 6455 §5.5",
    "A control frame has at most 125 bytes, and is not fragmented.",
);
const LENGTH: Rule = Rule::new(
    "RFC 6455 §5.2",
    "The fewest bytes that a length fits in are used for it.",
);
const LIMIT: Rule = Rule::new(
    "RFC 6455 §7.4.1",
    "1009 says that a message is too big to be processed.",
);

/// What the decoder does with them, as `Debug` prints a fate.
fn truth(bytes: &[u8]) -> String {
    let mut decoder = Decoder::new(Role::Server);
    let (mut header, mut payload) = (None, Vec::new());
    for (i, byte) in bytes.iter().enumerate() {
        match decoder.decode(&mut &mut [*byte][..]) {
            Ok(None) => {}
            Ok(Some(part)) => {
                header = Some(part.header);
                payload.extend_from_slice(part.payload);
            }
            Err(error) => {
                let fate = Fate::Refused {
                    close_code: error.close_code(),
                    at_byte: i + 1,
                };
                return format!("{fate:?}");
            }
        }
    }
    let header = header.expect("each of these has a whole header");
    match header.payload_length - payload.len() as u64 {
        0 => {
            let (opcode, fin) = (header.opcode.to_string(), header.fin);
            let payload = String::from_utf8_lossy(&payload);
            format!("Frame {{ opcode: {opcode:?}, fin: {fin}, payload: {payload:?} }}")
        }
        missing => format!("{:?}", Fate::Missing(missing)),
    }
}

/// Compares the prediction of one of them, counted from 1.
#[track_caller]
fn compare(rule: Rule, number: usize, yours: &Fate) {
    let truth = truth(SENT[number - 1]);
    let yours = format!("{yours:?}");
    if yours != truth {
        let why = format!("Number {number}\n\nexpected  {truth}\nyours     {yours}");
        verdict::fail(rule, why);
    }
}

#[test]
fn what_is_a_frame() {
    let yours = prediction();
    if matches!(yours[2], Fate::Refused { .. }) {
        let why = "Number 3 is the beginning of a message, with an empty payload and a key \
                   of zeros. Each of these is legal.";
        verdict::fail(FRAME, why);
    }
    if matches!(yours[2], Fate::Frame { fin: true, .. }) {
        let why = "Number 3 begins with 02: its first bit, FIN, is 0.";
        verdict::fail(FRAME, why);
    }
    compare(FRAME, 1, &yours[0]);
    compare(FRAME, 3, &yours[2]);
}

#[test]
fn what_is_not_one_yet() {
    let yours = prediction();
    let why = "The four bytes after the second are the key, and no part of the payload: 2 \
               of 5 have come.";
    verdict::mistake(FRAME, Fate::Missing(0), yours[3].clone(), why);
    verdict::mistake(FRAME, Fate::Missing(5), yours[3].clone(), why);
    compare(FRAME, 4, &yours[3]);
}

#[test]
fn what_is_not_masked() {
    let yours = prediction();
    if matches!(yours[1], Fate::Frame { .. }) {
        let why = "Number 2 says Hello, and its second byte has no MASK bit: a client may \
                   read such a frame, a server may not.";
        verdict::fail(MASKED, why);
    }
    if matches!(yours[1], Fate::Refused { at_byte: 3.., .. }) {
        let why = "The MASK bit is in the second byte: there is nothing to wait for.";
        verdict::fail(MASKED, why);
    }
    compare(MASKED, 2, &yours[1]);
}

#[test]
fn what_is_too_long_for_a_ping() {
    let yours = prediction();
    if matches!(yours[4], Fate::Missing(_)) {
        let why = "Number 5 is a ping of 126 bytes, and none may have more than 125.";
        verdict::fail(CONTROL, why);
    }
    if matches!(yours[4], Fate::Refused { at_byte: 3.., .. }) {
        let why = "fe is MASK and 126, and 126 is not a length of a ping, whatever the next \
                   two bytes say.";
        verdict::fail(CONTROL, why);
    }
    compare(CONTROL, 5, &yours[4]);
}

#[test]
fn what_is_not_the_shortest_form() {
    let yours = prediction();
    if matches!(yours[5], Fate::Missing(_)) {
        let why =
            "7d is 125, which fits into the second byte: three bytes are too many.";
        verdict::fail(LENGTH, why);
    }
    if matches!(yours[5], Fate::Refused { at_byte: 3, .. }) {
        let why = "After the third byte, 00, the length may still be 126 to 255.";
        verdict::fail(LENGTH, why);
    }
    compare(LENGTH, 6, &yours[5]);
}

#[test]
fn what_is_beyond_the_limit() {
    let yours = prediction();
    if matches!(yours[6], Fate::Missing(_)) {
        let why = "Number 7 announces 4 GiB, and the limit is 16 MiB: nothing of it is \
                   waited for.";
        verdict::fail(LIMIT, why);
    }
    if matches!(
        yours[6],
        Fate::Refused {
            close_code: 1002,
            ..
        }
    ) {
        let why = "A frame of 4 GiB breaks no rule of the protocol: it is too big for this \
                   server, and there is a code for that.";
        verdict::fail(LIMIT, why);
    }
    if matches!(yours[6], Fate::Refused { at_byte: 7.., .. }) {
        let why = "After 00 00 00 01, whatever the other four bytes are, it is 4 GiB or \
                   more.";
        verdict::fail(LIMIT, why);
    }
    compare(LIMIT, 7, &yours[6]);
}
