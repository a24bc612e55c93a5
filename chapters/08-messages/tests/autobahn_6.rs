//! The cases 6.* of the Autobahn Testsuite, UTF-8, in both roles and without a network: each
//! byte comes alone, so that the one is known at which a text is refused.

mod common;

use common::{CONTINUATION, FIN, PING, TEXT, exchange, received, refused, text};
use messages::{InvalidUtf8, Limits, MessageError, Received, Refusal};

/// See the file for what its columns are.
const CASES: &str = include_str!("autobahn/utf8.txt");

struct Case {
    name: &'static str,
    fragments: Vec<Vec<u8>>,
    impossible: Option<usize>,
}

fn cases() -> impl Iterator<Item = Case> {
    let lines = CASES.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let columns: Vec<&str> = line.split(' ').collect();
        let [name, fragments, verdict] = columns[..] else {
            panic!("three columns: {line}");
        };
        Case {
            name,
            fragments: fragments.split('|').map(unhex).collect(),
            impossible: (verdict != "ok").then(|| verdict.parse().expect("a number")),
        }
    })
}

fn unhex(digits: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex digits");
    match digits {
        "-" => Vec::new(),
        _ => (0..digits.len()).step_by(2).map(byte).collect(),
    }
}

/// The frames of one text message.
fn frames<'a>(fragments: &[&'a [u8]]) -> Vec<(u8, &'a [u8])> {
    let mut frames: Vec<(u8, &[u8])> = Vec::new();
    frames.extend(fragments.iter().map(|&payload| (CONTINUATION, payload)));
    frames[0].0 = TEXT;
    frames.last_mut().expect("there is a first one").0 |= FIN;
    frames
}

/// What the receivers of both roles have to say to the fragments.
fn judge(name: &str, fragments: &[&[u8]], impossible: Option<usize>) {
    let payload = fragments.concat();
    let mut frames = frames(fragments);
    let Some(offset) = impossible else {
        let whole = std::str::from_utf8(&payload).expect("the case says so");
        assert_eq!(received(&frames), [text(whole)], "{name}");
        return;
    };
    // Fragments after the one with the impossible byte are never sent.
    let mut left = payload.len();
    while let Some((_, last)) = frames.last()
        && left - last.len() > offset
    {
        left -= last.len();
        frames.pop();
    }
    let error = MessageError::InvalidUtf8(InvalidUtf8 { offset });
    let (before, rest, why) = refused(Limits::default(), &frames);
    assert_eq!((before, why), (vec![], error), "{name}");
    // And neither is the rest of the frame waited for.
    assert_eq!(rest, left.saturating_sub(offset + 1), "{name}");
    assert_eq!(why.close_code(), 1007);
}

#[test]
fn autobahn_6_as_they_are() {
    let mut count = 0;
    for Case {
        name,
        fragments,
        impossible,
    } in cases()
    {
        let fragments: Vec<&[u8]> = fragments.iter().map(Vec::as_slice).collect();
        judge(name, &fragments, impossible);
        count += 1;
    }
    assert_eq!(count, 145);
}

#[test]
fn autobahn_6_in_fragments_of_one_byte() {
    for case in cases().filter(|case| !case.fragments.concat().is_empty()) {
        let payload = case.fragments.concat();
        let fragments: Vec<&[u8]> = payload.chunks(1).collect();
        judge(case.name, &fragments, case.impossible);
    }
}

#[test]
fn autobahn_6_in_two_fragments_at_every_split_point() {
    for case in cases() {
        let payload = case.fragments.concat();
        for cut in 0..=payload.len() {
            let (left, right) = payload.split_at(cut);
            judge(case.name, &[left, right], case.impossible);
        }
    }
}

/// With a control frame between each two bytes, which is none of the text's business.
#[test]
fn autobahn_6_with_pings_in_between() {
    for case in cases() {
        let payload = case.fragments.concat();
        let bytes: Vec<&[u8]> = payload.chunks(1).chain([b"".as_slice()]).collect();
        let pings = frames(&bytes)
            .into_iter()
            .flat_map(|frame| [(FIN | PING, b"\xff".as_slice()), frame]);
        let outcome = exchange(Limits::default(), &pings.collect::<Vec<_>>());
        let messages: Vec<_> = outcome
            .received
            .into_iter()
            .filter(|received| *received != Received::Ping(b"\xff".into()))
            .collect();
        let why = outcome.refused.map(|(_, refusal)| refusal);
        match case.impossible {
            None => {
                let whole = std::str::from_utf8(&payload).expect("the case says so");
                assert_eq!((messages, why), (vec![text(whole)], None), "{}", case.name);
            }
            Some(offset) => {
                let error = MessageError::InvalidUtf8(InvalidUtf8 { offset });
                let refusal = Refusal::Message(error);
                assert_eq!((messages, why), (vec![], Some(refusal)), "{}", case.name);
            }
        }
    }
}
