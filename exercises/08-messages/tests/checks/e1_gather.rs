//! Frames go in, and what comes out is compared.

use frames::Opcode;
use wiretap::verdict::{self, Rule};

use crate::subject::e1_gather::{Event, Frame, Gather};

const FRAGMENTS: Rule = Rule::new(
    "RFC 6455 §5.4",
    "A message is its first frame and the continuations up to one with FIN, joined.",
);
const CONTROL: Rule = Rule::new(
    "RFC 6455 §5.4",
    "Control frames may stand between the fragments of a message, and are none of them.",
);
const ORDER: Rule = Rule::new(
    "RFC 6455 §5.4",
    "A continuation goes on with a message; another message begins when it has ended.",
);
const LIMITS: Rule = Rule::new(
    "RFC 6455 §10.4",
    "A limit is one on the whole message, of its bytes and of its fragments.",
);

/// `text+ Hel` is a text frame without FIN. What comes out of such lines, in such lines.
fn told(gather: &mut Gather, frames: &[&str]) -> Vec<String> {
    let mut told = Vec::new();
    for line in frames {
        match gather.receive(frame(line)) {
            Ok(None) => {}
            Ok(Some(Event::Message(opcode, bytes))) => {
                told.push(format!("{opcode} message {}", shown(&bytes)));
            }
            Ok(Some(Event::Control(opcode, bytes))) => {
                told.push(format!("{opcode} {}", shown(&bytes)));
            }
            Err(code) => {
                told.push(format!("refused with {code}"));
                break;
            }
        }
    }
    told
}

fn frame(line: &str) -> Frame {
    let (kind, payload) = line.split_once(' ').unwrap_or((line, ""));
    let opcode = match kind.trim_end_matches('+') {
        "text" => Opcode::Text,
        "binary" => Opcode::Binary,
        "more" => Opcode::Continuation,
        "ping" => Opcode::Ping,
        "pong" => Opcode::Pong,
        "close" => Opcode::Close,
        other => panic!("{other} is no frame"),
    };
    Frame {
        fin: !kind.ends_with('+'),
        opcode,
        payload: payload.as_bytes().to_vec(),
    }
}

fn shown(bytes: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(bytes))
}

fn listed<T: AsRef<str>>(lines: &[T]) -> String {
    if lines.is_empty() {
        return "nothing".to_owned();
    }
    let lines: Vec<_> = lines.iter().map(|line| line.as_ref()).collect();
    format!("`{}`", lines.join("`, `"))
}

fn check(rule: Rule, frames: &[&str], expected: &[&str]) {
    check_within(rule, (100, 100), frames, expected);
}

fn check_within(
    rule: Rule,
    limits: (usize, usize),
    frames: &[&str],
    expected: &[&str],
) {
    let (bytes, fragments) = limits;
    let yours = told(&mut Gather::new(bytes, fragments), frames);
    if yours != expected {
        let why = format!(
            "The frames {}; a message may have at most {bytes} bytes and {fragments} \
             frames\n\nexpected  {}\nyours     {}",
            listed(frames),
            listed(expected),
            listed(&yours)
        );
        verdict::fail(rule, why);
    }
}

#[test]
fn a_message_in_one_frame_and_in_several() {
    check(FRAGMENTS, &["text Hello"], &[r#"text message "Hello""#]);
    let frames = ["text+ Hel", "more+ l", "more o"];
    check(FRAGMENTS, &frames, &[r#"text message "Hello""#]);
    let frames = ["binary+ a", "more b", "text+ c", "more d", "binary e"];
    let expected = [
        r#"binary message "ab""#,
        r#"text message "cd""#,
        r#"binary message "e""#,
    ];
    check(FRAGMENTS, &frames, &expected);
}

#[test]
fn fragments_may_be_empty() {
    let frames = ["text+", "more+ a", "more+", "more"];
    check(FRAGMENTS, &frames, &[r#"text message "a""#]);
    check(FRAGMENTS, &["text+", "more"], &[r#"text message """#]);
}

#[test]
fn control_frames_come_in_between() {
    let frames = ["text+ a", "ping 1", "more+ b", "pong 2", "ping", "more c"];
    let expected = [
        r#"ping "1""#,
        r#"pong "2""#,
        r#"ping """#,
        r#"text message "abc""#,
    ];
    let yours = told(&mut Gather::new(100, 100), &frames);
    if yours == [expected[0], "refused with 1002"] {
        verdict::fail(CONTROL, "A ping has made you forget the message under way.");
    }
    check(CONTROL, &frames, &expected);
    // What a close means is not the matter here.
    let frames = ["text+ a", "close bye", "more b"];
    let expected = [r#"close "bye""#, r#"text message "ab""#];
    check(CONTROL, &frames, &expected);
    // One that comes while nothing is under way begins nothing.
    check(
        CONTROL,
        &["ping 1", "more a"],
        &[r#"ping "1""#, "refused with 1002"],
    );
}

#[test]
fn one_message_after_the_other() {
    check(ORDER, &["more a"], &["refused with 1002"]);
    check(ORDER, &["more+ a"], &["refused with 1002"]);
    let frames = ["text a", "more b"];
    check(
        ORDER,
        &frames,
        &[r#"text message "a""#, "refused with 1002"],
    );
    check(ORDER, &["text+ a", "text b"], &["refused with 1002"]);
    check(ORDER, &["text+", "binary+ b"], &["refused with 1002"]);
}

#[test]
fn the_limits_are_those_of_a_message() {
    let limits = (4, 3);
    let message = [r#"text message "abcd""#];
    check_within(LIMITS, limits, &["text abcd"], &message);
    check_within(LIMITS, limits, &["text+ ab", "more cd"], &message);
    check_within(LIMITS, limits, &["text abcde"], &["refused with 1009"]);
    check_within(
        LIMITS,
        limits,
        &["text+ abc", "more de"],
        &["refused with 1009"],
    );
    // Whether more fragments follow makes no difference.
    for frames in [&["text+ abcde"][..], &["text+ abc", "more+ de"]] {
        check_within(LIMITS, limits, frames, &["refused with 1009"]);
    }
    // Empty fragments cost no bytes. Without a limit of their own they never end.
    for last in ["more+", "more"] {
        let frames = ["text+ abcd", "more+", "more+", last];
        check_within(LIMITS, limits, &frames, &["refused with 1009"]);
    }
    check_within(LIMITS, limits, &["text+ abcd", "more+", "more"], &message);
    // Control frames do not count, and neither do earlier messages.
    let frames = [
        "text+ ab",
        "ping 12345",
        "ping",
        "ping",
        "more+ c",
        "more d",
    ];
    let expected = [
        r#"ping "12345""#,
        r#"ping """#,
        r#"ping """#,
        r#"text message "abcd""#,
    ];
    check_within(LIMITS, limits, &frames, &expected);
    let frames = ["text+ ab", "more cd", "text+ ab", "more cd"];
    check_within(LIMITS, limits, &frames, &[message[0], message[0]]);
}
