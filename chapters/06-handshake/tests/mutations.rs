//! Requests and answers with bytes changed, cut anywhere: neither end panics, what it finds
//! does not depend on the cuts, and what the server answers is HTTP.

mod common;

use common::{NONCE, answer, offer, request};
use handshake::{
    Accepted, Agreed, ClientHandshake, Origins, Policy, Refusal, Rejection,
    ServerHandshake,
};
use proptest::prelude::*;
use raw_http::Limits;

/// A change: at which part of the whole, how many bytes go, and what comes.
type Change = (prop::sample::Index, usize, Vec<u8>);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let bytes = prop_oneof![
        Just(b"\r\n".to_vec()),
        Just(b",".to_vec()),
        Just(b"upgrade".to_vec()),
        Just(b"Sec-WebSocket-Version: 13\r\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), 0usize..6, bytes), 0..4)
}

fn changed(text: &str, changes: &[Change]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, gone, new) in changes {
        let start = at.index(bytes.len() + 1);
        let end = (start + gone).min(bytes.len());
        bytes.splice(start..end, new.iter().copied());
    }
    bytes
}

/// What the server makes of pieces, and how many bytes the head took.
fn decide(pieces: &[&[u8]]) -> Option<Result<(Accepted, usize), Refusal>> {
    let policy = Policy {
        origins: Origins::Any,
        ..Policy::default()
    };
    let mut handshake = ServerHandshake::new(&Limits::default());
    let mut before = 0;
    for piece in pieces {
        match handshake.receive(piece) {
            Ok(Some((head, used))) => {
                return Some(policy.check(&head).map(|ok| (ok, before + used)));
            }
            Ok(None) => before += piece.len(),
            Err(refusal) => return Some(Err(refusal)),
        }
    }
    None
}

fn judge(pieces: &[&[u8]]) -> Option<Result<(Agreed, usize), Rejection>> {
    let limits = Limits::default();
    let handshake = ClientHandshake::new(offer(), NONCE, limits);
    let mut handshake = handshake.expect("an offer that can be written");
    let mut before = 0;
    for piece in pieces {
        match handshake.receive(piece) {
            Ok(Some((agreed, used))) => return Some(Ok((agreed, before + used))),
            Ok(None) => before += piece.len(),
            Err(rejection) => return Some(Err(rejection)),
        }
    }
    None
}

/// The status of an answer, read by httparse; there is a head, and nothing odd in it.
fn status_of(answer: &[u8]) -> u16 {
    let mut fields = [httparse::EMPTY_HEADER; 16];
    let mut head = httparse::Response::new(&mut fields);
    assert!(head.parse(answer).expect("HTTP").is_complete());
    head.code.expect("a status")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_changed_request(changes in changes(), cut in any::<prop::sample::Index>()) {
        let bytes = changed(&request(&[]), &changes);
        let whole = decide(&[&bytes]);
        let (left, right) = bytes.split_at(cut.index(bytes.len() + 1));
        prop_assert_eq!(&decide(&[left, right]), &whole);
        let single: Vec<_> = bytes.chunks(1).collect();
        prop_assert_eq!(&decide(&single), &whole);
        if let Some(outcome) = whole {
            let opens = outcome.is_ok();
            let outcome = outcome.map(|(accepted, _)| accepted);
            let answer = ServerHandshake::new(&Limits::default()).answer(&outcome);
            let status = status_of(&answer);
            prop_assert_eq!(status == 101, opens);
            prop_assert!(opens || matches!(status, 400 | 405 | 414 | 426 | 431 | 505));
        }
    }

    #[test]
    fn a_changed_answer(changes in changes(), cut in any::<prop::sample::Index>()) {
        let bytes = changed(&answer(&[]), &changes);
        let whole = judge(&[&bytes]);
        let (left, right) = bytes.split_at(cut.index(bytes.len() + 1));
        prop_assert_eq!(&judge(&[left, right]), &whole);
        let single: Vec<_> = bytes.chunks(1).collect();
        prop_assert_eq!(&judge(&single), &whole);
        if let Some(Ok((agreed, _))) = whole {
            prop_assert_eq!(agreed.response.status, 101);
            let accept = agreed.response.headers.get("Sec-WebSocket-Accept");
            prop_assert_eq!(accept, Some(common::ACCEPT));
        }
    }
}
