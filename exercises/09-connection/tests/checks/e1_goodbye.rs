//! Payloads of Close frames, and what has to come of them.

use wiretap::verdict::{self, Rule};

use crate::subject::e1_goodbye::goodbye;

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

fn payload(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason].concat()
}

fn may_be_sent(code: u16) -> bool {
    (1000..1004).contains(&code)
        || (1007..1015).contains(&code)
        || (3000..5000).contains(&code)
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
        verdict::frame(ONE_BYTE, [0x88, 2, 0x03, 0xea], &yours.answer);
        verdict::equal(ONE_BYTE, 1006, yours.code);
    }
}

#[test]
fn each_code_there_is() {
    for code in 0..=u16::MAX {
        let yours = goodbye(&payload(code, b""));
        let swapped = code.swap_bytes().to_be_bytes();
        let is_echoed = may_be_sent(code) && code != code.swap_bytes();
        if is_echoed && yours.answer.get(2..) == Some(&swapped[..]) {
            verdict::fail(ECHO, "The two bytes of your code are the wrong way round.");
        }
        let failed = yours.answer == [0x88, 2, 0x03, 0xea] && yours.code == 1006;
        match (may_be_sent(code), failed) {
            (true, true) => verdict::fail(CODES, format!("You refuse {code}.")),
            (false, false) => verdict::fail(CODES, format!("You take {code}.")),
            (true, false) => {
                let expected = [&[0x88, 2][..], &code.to_be_bytes()].concat();
                verdict::frame(ECHO, expected, &yours.answer);
                verdict::equal(CODES, code, yours.code);
            }
            (false, true) => {}
        }
    }
}

#[test]
fn a_reason() {
    for reason in ["enough", "à bientôt", "🦀"] {
        let yours = goodbye(&payload(4000, reason.as_bytes()));
        verdict::text(REASON, reason, &yours.reason);
        verdict::frame(ECHO, [0x88, 2, 0x0f, 0xa0], &yours.answer);
    }
    for reason in [&b"\xff"[..], b"cut off: \xf0\x9f\xa6", b"\xc0\xaf"] {
        let yours = goodbye(&payload(4000, reason));
        if !yours.reason.is_empty() {
            let why = format!(
                "`{}` is not UTF-8, and your application is told {:?}.",
                reason.escape_ascii(),
                yours.reason
            );
            verdict::fail(REASON, why);
        }
        verdict::frame(REASON, [0x88, 2, 0x03, 0xef], &yours.answer);
        verdict::equal(REASON, 1006, yours.code);
    }
    // The code is looked at first.
    let yours = goodbye(&payload(1005, b"\xff"));
    verdict::frame(CODES, [0x88, 2, 0x03, 0xea], &yours.answer);
}
