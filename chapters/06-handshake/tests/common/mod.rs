//! Both roles at every point where a read may end.
#![allow(dead_code, reason = "each test file uses its own part")]

use handshake::{
    Accepted, Agreed, ClientHandshake, Offer, Policy, Refusal, Rejection,
    ServerHandshake,
};
use raw_http::Limits;

/// The nonce of RFC 6455 §1.3, whose key is `dGhlIHNhbXBsZSBub25jZQ==`.
pub(crate) const NONCE: [u8; 16] = *b"the sample nonce";

/// The `Sec-WebSocket-Accept` that answers it.
pub(crate) const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The fields of a request that nothing is wrong with.
pub(crate) const FIELDS: [(&str, &str); 5] = [
    ("Host", "server.example.com"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
];

/// A head with these fields, where the names that are given take the place of those of
/// `base`; a value of `None` leaves the field out.
pub(crate) fn head(
    start_line: &str,
    base: &[(&str, &str)],
    changes: &[(&str, Option<&str>)],
) -> String {
    let is_changed = |name: &str| {
        changes
            .iter()
            .any(|(other, _)| other.eq_ignore_ascii_case(name))
    };
    let kept = base.iter().filter(|(name, _)| !is_changed(name)).copied();
    let new = changes
        .iter()
        .filter_map(|(name, value)| value.map(|value| (*name, value)));
    let mut head = format!("{start_line}\r\n");
    for (name, value) in kept.chain(new) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head + "\r\n"
}

/// A request to upgrade with these changes.
pub(crate) fn request(changes: &[(&str, Option<&str>)]) -> String {
    head("GET /chat HTTP/1.1", &FIELDS, changes)
}

/// An answer to it with these changes.
pub(crate) fn answer(changes: &[(&str, Option<&str>)]) -> String {
    let base = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", ACCEPT),
    ];
    head("HTTP/1.1 101 Switching Protocols", &base, changes)
}

/// An offer of nothing but a WebSocket.
pub(crate) fn offer() -> Offer {
    Offer::new(&"ws://server.example.com/chat".parse().expect("a URL"))
}

/// What the server makes of pieces: its decision, and what is left for the frames.
fn decide_pieces<'a>(
    policy: &Policy,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Option<(Result<Accepted, Refusal>, Vec<u8>)> {
    let mut handshake = ServerHandshake::new(&Limits::default());
    let mut pieces = pieces.into_iter();
    while let Some(piece) = pieces.next() {
        match handshake.receive(piece) {
            Ok(None) => {}
            Ok(Some((head, used))) => {
                let mut rest = piece[used..].to_vec();
                rest.extend(pieces.flatten());
                return Some((policy.check(&head), rest));
            }
            // How much had come by then depends on the pieces.
            Err(refusal) => return Some((Err(refusal), Vec::new())),
        }
    }
    None
}

/// What the server makes of bytes, whole, cut in two at every point, and byte by byte: it
/// must make no difference.
pub(crate) fn decide_with_rest(
    policy: &Policy,
    bytes: impl AsRef<[u8]>,
) -> (Result<Accepted, Refusal>, Vec<u8>) {
    let bytes = bytes.as_ref();
    let whole = decide_pieces(policy, [bytes]);
    for cut in 0..=bytes.len() {
        let (left, right) = bytes.split_at(cut);
        let cut_once = decide_pieces(policy, [left, right]);
        assert_eq!(cut_once, whole, "cut after byte {cut}");
    }
    let each_byte = decide_pieces(policy, bytes.chunks(1));
    assert_eq!(each_byte, whole, "each byte alone");
    whole.expect("the head is whole")
}

/// The decision on a request with nothing after it.
pub(crate) fn decide(
    policy: &Policy,
    bytes: impl AsRef<[u8]>,
) -> Result<Accepted, Refusal> {
    let (outcome, rest) = decide_with_rest(policy, bytes);
    assert_eq!(rest, b"", "nothing came after the head");
    outcome
}

/// The status that a request gets.
pub(crate) fn status(policy: &Policy, bytes: impl AsRef<[u8]>) -> u16 {
    match decide(policy, bytes) {
        Ok(_) => 101,
        Err(refusal) => refusal.response().status,
    }
}

/// What the client makes of pieces, and what is left for the frames.
fn judge_pieces<'a>(
    offer: &Offer,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Option<(Result<Agreed, Rejection>, Vec<u8>)> {
    let limits = Limits::default();
    let handshake = ClientHandshake::new(offer.clone(), NONCE, limits);
    let mut handshake = handshake.expect("an offer that can be written");
    let mut pieces = pieces.into_iter();
    while let Some(piece) = pieces.next() {
        match handshake.receive(piece) {
            Ok(None) => {}
            Ok(Some((agreed, used))) => {
                let mut rest = piece[used..].to_vec();
                rest.extend(pieces.flatten());
                return Some((Ok(agreed), rest));
            }
            Err(rejection) => return Some((Err(rejection), Vec::new())),
        }
    }
    None
}

/// What the client makes of bytes, whole, cut in two at every point, and byte by byte.
pub(crate) fn judge_with_rest(
    offer: &Offer,
    bytes: impl AsRef<[u8]>,
) -> (Result<Agreed, Rejection>, Vec<u8>) {
    let bytes = bytes.as_ref();
    let whole = judge_pieces(offer, [bytes]);
    for cut in 0..=bytes.len() {
        let (left, right) = bytes.split_at(cut);
        let cut_once = judge_pieces(offer, [left, right]);
        assert_eq!(cut_once, whole, "cut after byte {cut}");
    }
    let each_byte = judge_pieces(offer, bytes.chunks(1));
    assert_eq!(each_byte, whole, "each byte alone");
    whole.expect("the head is whole")
}

/// The judgement of an answer with nothing after it.
pub(crate) fn judge(
    offer: &Offer,
    bytes: impl AsRef<[u8]>,
) -> Result<Agreed, Rejection> {
    let (outcome, rest) = judge_with_rest(offer, bytes);
    assert_eq!(rest, b"", "nothing came after the head");
    outcome
}
