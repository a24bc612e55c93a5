//! Conversations that go on behind a goodbye.

use wiretap::verdict::{self, Rule};

use crate::subject::e2_still_there::{Frame, Talk};

const OWED: Rule = Rule::new(
    "RFC 6455 §5.5.2",
    "A ping is answered, unless a Close has been received. That one was sent does not count.",
);
const PAYLOAD: Rule = Rule::new("RFC 6455 §5.5.3", "A pong carries what the ping did.");
const OVER: Rule = Rule::new(
    "RFC 6455 §5.5.1",
    "When the peer's Close has come, nothing is sent any more but our own, once.",
);
const DISCARDED: Rule = Rule::new(
    "RFC 6455 §1.4",
    "When the peer's Close has come, whatever comes behind it is thrown away.",
);

fn ping(payload: &str) -> Frame {
    Frame::Ping(payload.into())
}

fn pong(payload: &str) -> Frame {
    Frame::Pong(payload.into())
}

/// An end that has said goodbye, and was asked whether it is still there.
fn asked_behind_the_goodbye() -> Talk {
    let mut talk = Talk::open();
    talk.close();
    talk.receive(ping("still there?"));
    if talk.sent == [Frame::Close] {
        let why = "You have sent a Close and got a ping. The peer is not done yet, and you \
                   leave it without an answer.";
        verdict::fail(OWED, why);
    }
    talk
}

#[test]
fn a_ping_behind_our_goodbye() {
    let talk = asked_behind_the_goodbye();
    let expected = vec![Frame::Close, pong("still there?")];
    verdict::equal(PAYLOAD, expected, talk.sent);
}

#[test]
fn a_film_with_pings_in_between() {
    let mut talk = asked_behind_the_goodbye();
    let mut expected = vec![Frame::Close, pong("still there?")];
    for part in ["one", "two", "three"] {
        let text = talk.receive(Frame::Text(part.to_owned()));
        verdict::equal(OWED, Some(part.to_owned()), text);
        talk.receive(ping(part));
        expected.push(pong(part));
    }
    verdict::equal(PAYLOAD, expected, talk.sent);
}

#[test]
fn no_pong_when_both_have_said_goodbye() {
    let mut talk = asked_behind_the_goodbye();
    talk.receive(Frame::Close);
    talk.receive(ping("and now?"));
    if talk.sent.contains(&pong("and now?")) {
        let why = "The peer's Close has come: nothing that follows it is answered.";
        verdict::fail(OVER, why);
    }
    let expected = vec![Frame::Close, pong("still there?")];
    verdict::equal(OVER, expected, talk.sent);
}

#[test]
fn no_pong_when_the_peer_was_first() {
    drop(asked_behind_the_goodbye());
    let mut talk = Talk::open();
    talk.receive(ping("before"));
    talk.receive(Frame::Close);
    talk.receive(ping("behind"));
    if talk.sent.contains(&pong("behind")) {
        let why =
            "The peer's Close has come, and yours has answered it: that was the last.";
        verdict::fail(OVER, why);
    }
    verdict::equal(OVER, vec![pong("before"), Frame::Close], talk.sent);
}

#[test]
fn nothing_comes_of_what_is_behind_the_peers_goodbye() {
    drop(asked_behind_the_goodbye());
    for we_are_first in [true, false] {
        let mut talk = Talk::open();
        if we_are_first {
            talk.close();
        }
        talk.receive(Frame::Close);
        let behind = [
            Frame::Text("late".to_owned()),
            pong("late"),
            Frame::Close,
            ping("later"),
            Frame::Text("later".to_owned()),
            Frame::Close,
            ping("last"),
            Frame::Text("last".to_owned()),
        ];
        for frame in behind {
            if let Some(text) = talk.receive(frame) {
                let why = format!(
                    "The peer's Close has come, and your application is still given {text:?}."
                );
                verdict::fail(DISCARDED, why);
            }
        }
        talk.close();
        if talk.sent.len() > 1 && talk.sent.iter().all(|frame| *frame == Frame::Close) {
            let why = format!(
                "You have sent {} Closes. There is one in each direction, whatever comes \
                 behind it.",
                talk.sent.len()
            );
            verdict::fail(OVER, why);
        }
        verdict::equal(OVER, vec![Frame::Close], talk.sent);
    }
}
