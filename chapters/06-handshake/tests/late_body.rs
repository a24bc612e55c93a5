//! A handshake with a body that comes after its head: whoever answers 101 before that takes
//! the body for frames.

mod common;
mod others;

use common::request;
use handshake::{Policy, Refusal, ServerHandshake};
use others::{Script, axum_answers};
use raw_http::Limits;
use wiretap::harness;

/// Eleven bytes that are a body, and also a text frame with a key of zeros.
const BODY: &[u8] = b"\x81\x85\0\0\0\0Body!";

fn head() -> Vec<u8> {
    request(&[("Content-Length", Some("11"))]).into_bytes()
}

#[test]
fn rfc9110_9_3_1_ours_refuses_it_before_it_comes() {
    let mut handshake = ServerHandshake::new(&Limits::default());
    let received = handshake.receive(&head()).expect("a good head");
    let (request, _) = received.expect("a whole head");
    let decision = Policy::default().check(&request);
    assert_eq!(decision.err(), Some(Refusal::Body));
}

#[test]
fn peer_axum_takes_a_late_body_for_a_frame() {
    let late = harness::run("the body comes when the answer is there", async {
        axum_answers(&[&head(), BODY]).await
    });
    assert!(
        late.starts_with(b"HTTP/1.1 101 "),
        "{}",
        late.escape_ascii()
    );
    // Its handler echoes messages.
    assert!(
        late.ends_with(b"\r\n\r\n\x81\x05Body!"),
        "{}",
        late.escape_ascii()
    );

    let together = harness::run("the body comes with the head", async {
        axum_answers(&[&[&head()[..], BODY].concat()]).await
    });
    // It is read as a body then, and thrown away.
    assert!(
        together.starts_with(b"HTTP/1.1 101 "),
        "{}",
        together.escape_ascii()
    );
    assert!(
        together.ends_with(b"\r\n\r\n"),
        "{}",
        together.escape_ascii()
    );
}

macro_rules! tungstenite_takes_a_late_body_for_a_frame {
    ($library:ident) => {
        let accepted = $library::accept(Script::new(&[&head(), BODY]));
        let message = accepted.expect("a 101").read().expect("a message");
        assert_eq!(message, $library::Message::text("Body!"));
        // Together with the head, it is "junk".
        let together = [&head()[..], BODY].concat();
        assert!($library::accept(Script::new(&[&together])).is_err());
    };
}

#[test]
fn peer_tungstenite_takes_a_late_body_for_a_frame() {
    tungstenite_takes_a_late_body_for_a_frame!(tungstenite);
    tungstenite_takes_a_late_body_for_a_frame!(tungstenite_0_30);
}
