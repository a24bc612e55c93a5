//! Payloads of Close frames, and what has to come of them.

use wiretap::verdict::{self, Rule};

use crate::subject::e1_goodbye::{Goodbye, goodbye};

const EMPTY: Rule = Rule::new(
    "RFC 6455 §7.1.5",
    "A Close frame without a code is legal. It is told as 1005, which is never sent.",
);
const ONE_BYTE: Rule = Rule::new(
    "RFC 6455 §5.5.1",
    "If there is a payload, its first two bytes are a code.",
);
const CODES: Rule = Rule::new(
    "RFC 6455 §7.4",
    "1000 to 1003, 1007 to 1014 and 3000 to 4999 may be sent; any other code fails the \
     connection with 1002.",
);
const ECHO: Rule = Rule::new(
    "RFC 6455 §5.5.1",
    "The answer to a Close is a Close, with the code that came, the higher byte first.",
);
const REASON: Rule = Rule::new(
    "RFC 6455 §5.5.1",
    "A reason is UTF-8. One that is not fails the connection with 1007.",
);
const TOLD: Rule = Rule::new(
    "RFC 6455 §7.1.6",
    "The application is told the code and the reason that the peer gave.",
);
const FAILED: Rule = Rule::new(
    "RFC 6455 §7.1.5",
    "If the connection fails, no Close has come that counts: the application is told 1006, \
     and no reason.",
);

fn payload(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason].concat()
}

/// The Close that has this code and no reason.
fn close(code: u16) -> Vec<u8> {
    [&[0x88, 2][..], &code.to_be_bytes()].concat()
}

fn may_be_sent(code: u16) -> bool {
    (1000..1004).contains(&code)
        || (1007..1015).contains(&code)
        || (3000..5000).contains(&code)
}

/// What came is not legal: the peer is told so, with this code, and the application is told
/// that there was no goodbye.
#[track_caller]
fn fails(rule: Rule, code: u16, yours: &Goodbye) {
    verdict::frame(rule, close(code), &yours.answer);
    if yours.code == code {
        let why = format!(
            "Your application is told {code}. That is what you tell the peer; the peer has \
             said no such thing."
        );
        verdict::fail(FAILED, why);
    }
    verdict::equal(FAILED, 1006, yours.code);
    if !yours.reason.is_empty() {
        let why = format!("Your application is told the reason {:?}.", yours.reason);
        verdict::fail(FAILED, why);
    }
}

/// What came is legal: it is answered, and told as it is.
#[track_caller]
fn is_answered(code: u16, reason: &str, yours: &Goodbye) {
    verdict::frame(ECHO, close(code), &yours.answer);
    if yours.code != code {
        let why = format!(
            "The peer said {code} {reason:?}, and your application is told {}.",
            yours.code
        );
        verdict::fail(TOLD, why);
    }
    if reason.is_empty() && !yours.reason.is_empty() {
        let why = format!(
            "The peer said {code} without a reason, and your application is told {:?}.",
            yours.reason
        );
        verdict::fail(TOLD, why);
    }
    verdict::text(TOLD, reason, &yours.reason);
}

#[test]
fn an_empty_goodbye() {
    let yours = goodbye(b"");
    if yours.answer == [0x88, 2, 0x03, 0xed] {
        verdict::fail(
            EMPTY,
            "Your answer carries 1005. It must not stand on the wire.",
        );
    }
    verdict::frame(EMPTY, [0x88, 0], &yours.answer);
    verdict::equal(EMPTY, 1005, yours.code);
    verdict::text(EMPTY, "", yours.reason);
}

#[test]
fn a_single_byte() {
    for byte in 0..=u8::MAX {
        let yours = goodbye(&[byte]);
        if yours.answer == [0x88, 2, 0xea, 0x03] {
            verdict::fail(ECHO, "The two bytes of your code are the wrong way round.");
        }
        if yours.answer == [0x88, 0] {
            let why = format!("`{byte:02x}` alone is neither a code nor nothing.");
            verdict::fail(ONE_BYTE, why);
        }
        fails(ONE_BYTE, 1002, &yours);
    }
}

#[test]
fn each_code_there_is() {
    for code in 0..=u16::MAX {
        try_code(code, "");
        try_code(code, "enough");
    }
}

/// One code of all, with a reason or without.
#[track_caller]
fn try_code(code: u16, reason: &str) {
    let yours = goodbye(&payload(code, reason.as_bytes()));
    let swapped = code.swap_bytes().to_be_bytes();
    let is_echoed = may_be_sent(code) && code != code.swap_bytes();
    if is_echoed && yours.answer.get(2..) == Some(&swapped[..]) {
        verdict::fail(ECHO, "The two bytes of your code are the wrong way round.");
    }
    // 1002 is refused with the frame that would answer it.
    let refused = yours.answer == close(1002) && (code != 1002 || yours.code == 1006);
    match (may_be_sent(code), refused) {
        (true, true) => verdict::fail(CODES, format!("You refuse {code}.")),
        (false, false) => verdict::fail(CODES, format!("You take {code}.")),
        (true, false) => is_answered(code, reason, &yours),
        (false, true) => fails(CODES, 1002, &yours),
    }
}

#[test]
fn a_reason() {
    for code in [1000, 4000] {
        for reason in ["enough", "à bientôt", "🦀", &"long".repeat(30)] {
            let yours = goodbye(&payload(code, reason.as_bytes()));
            is_answered(code, reason, &yours);
        }
        for reason in [&b"\xff"[..], b"cut off: \xf0\x9f\xa6", b"\xc0\xaf"] {
            let yours = goodbye(&payload(code, reason));
            if !yours.reason.is_empty() {
                let why = format!(
                    "`{}` is not UTF-8, and your application is told {:?}.",
                    reason.escape_ascii(),
                    yours.reason
                );
                verdict::fail(REASON, why);
            }
            fails(REASON, 1007, &yours);
        }
    }
    // The code is looked at first.
    let yours = goodbye(&payload(1005, b"\xff"));
    fails(CODES, 1002, &yours);
}
