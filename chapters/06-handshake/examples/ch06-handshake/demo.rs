//! `demo`: the handshake of RFC 6455 §1.3 between our two ends, and some that fail.

use handshake::{ClientHandshake, Offer, Origins, Policy, ServerHandshake};
use raw_http::Limits;

use crate::show;

/// The RFC's own sample. In earnest it is chosen at random for each connection.
const NONCE: [u8; 16] = *b"the sample nonce";

/// A line of a request that is otherwise good, and what it is changed to.
const MISTAKES: [(&str, &str); 6] = [
    (
        "Origin: http://example.com",
        "Origin: http://example.com.evil.net",
    ),
    ("Connection: Upgrade", "Connection: x-upgrade-not"),
    ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8"),
    (
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Key: garbage",
    ),
    ("GET /chat HTTP/1.1", "POST /chat HTTP/1.1"),
    ("GET /chat HTTP/1.1", "GET /chat HTTP/1.0"),
];

pub(crate) fn play(mut say: impl FnMut(String)) {
    let policy = Policy {
        origins: Origins::Only(vec!["http://example.com".to_owned()]),
        subprotocols: vec!["chat".to_owned()],
    };
    let mut client = client(NONCE);
    say("The client asks:".to_owned());
    show::lines(client.request()).into_iter().for_each(&mut say);

    let answer = answer(&policy, client.request());
    say("The server answers:".to_owned());
    show::lines(&answer).into_iter().for_each(&mut say);

    let (agreed, used) = match client.receive(&answer) {
        Ok(Some(agreed)) => agreed,
        outcome => return say(format!("which opens nothing: {outcome:?}")),
    };
    let subprotocol = agreed.subprotocol.as_deref().unwrap_or("nothing");
    say(format!(
        "They speak {subprotocol:?}. The answer's head is {used} bytes long."
    ));
    say("With one line changed:".to_owned());
    let request = String::from_utf8_lossy(client.request()).into_owned();
    for (good, bad) in MISTAKES {
        let answer = self::answer(&policy, request.replace(good, bad).as_bytes());
        let answer = String::from_utf8_lossy(&answer);
        let status = answer.lines().next().unwrap_or_default();
        let why = answer.lines().last().unwrap_or_default();
        say(format!("  {bad}\n    {status}\n    {why}"));
    }
    say("The same answer to a client whose key is another:".to_owned());
    if let Err(rejection) = self::client([7; 16]).receive(&answer) {
        say(format!("  {rejection}"));
    }
}

fn client(nonce: [u8; 16]) -> ClientHandshake {
    let url = "ws://server.example.com/chat".parse().expect("a URL");
    let mut offer = Offer::new(&url);
    offer.subprotocols = vec!["superchat".to_owned(), "chat".to_owned()];
    offer.headers.append("Origin", "http://example.com");
    let client = ClientHandshake::new(offer, nonce, Limits::default());
    client.expect("an offer that can be written")
}

/// What the server answers to a whole request.
fn answer(policy: &Policy, request: &[u8]) -> Vec<u8> {
    let mut server = ServerHandshake::new(&Limits::default());
    let outcome = match server.receive(request) {
        Ok(Some((head, _))) => policy.check(&head),
        Ok(None) => return Vec::new(),
        Err(refusal) => Err(refusal),
    };
    server.answer(&outcome)
}
