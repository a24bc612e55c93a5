//! Heads: chapter 1's parser and chapter 6's rules, in both roles.

use handshake::{ClientHandshake, Offer, Origins, Policy, ServerHandshake};
use raw_http::{HeadScan, Limits, ResponseHead};

use crate::ways;

/// Small enough to be met by an input.
const LIMITS: Limits = Limits {
    head_bytes: 2048,
    header_count: 20,
    body_bytes: 0,
};
const NONCE: [u8; 16] = *b"the sample nonce";

/// An opening handshake is the same however it is cut, what follows it is not touched, and
/// whatever a server answers is a head itself.
pub fn head(input: &[u8]) {
    let [first, seed, bytes @ ..] = input else {
        return;
    };
    let read = if first & 1 == 0 {
        by_a_server
    } else {
        by_a_client
    };
    let [whole, others @ ..] =
        ways(*seed, bytes.len()).map(|pieces| read(bytes, &pieces));
    for other in others {
        assert_eq!(whole, other);
    }
}

/// What came of it in words, and how many bytes belong to the head; `None` while it is
/// incomplete.
type Outcome = Option<(String, Option<usize>)>;

fn by_a_server(bytes: &[u8], pieces: &[usize]) -> Outcome {
    let mut handshake = ServerHandshake::new(&LIMITS);
    let policy = Policy {
        origins: Origins::Only(vec!["https://example.com".to_owned()]),
        subprotocols: vec!["chat".to_owned()],
    };
    let mut at = 0;
    for &length in pieces {
        let received = handshake.receive(&bytes[at..at + length]);
        let (outcome, used) = match received {
            Ok(None) => {
                at += length;
                continue;
            }
            Ok(Some((request, used))) => {
                assert!(used <= length && at + used <= LIMITS.head_bytes + 2);
                (policy.check(&request), Some(at + used))
            }
            Err(refusal) => (Err(refusal), None),
        };
        let answer = handshake.answer(&outcome);
        let mut scan = HeadScan::new(&Limits::default());
        let head = ResponseHead::parse(&answer, &mut scan).expect("it is legal");
        let (head, _) = head.expect("an answer has an end");
        assert_eq!(outcome.is_ok(), matches!(head.status, 100 | 101));
        return Some((format!("{outcome:?}"), used));
    }
    None
}

fn by_a_client(bytes: &[u8], pieces: &[usize]) -> Outcome {
    let url = "ws://example.com/".parse().expect("it is an address");
    let mut offer = Offer::new(&url);
    offer.subprotocols = vec!["chat".to_owned()];
    let handshake = ClientHandshake::new(offer, NONCE, LIMITS);
    let mut handshake = handshake.expect("the offer can be written");
    let mut at = 0;
    for &length in pieces {
        match handshake.receive(&bytes[at..at + length]) {
            Ok(None) => at += length,
            Ok(Some((agreed, used))) => {
                assert!(used <= length);
                return Some((format!("{agreed:?}"), Some(at + used)));
            }
            Err(rejection) => return Some((format!("{rejection:?}"), None)),
        }
    }
    None
}
