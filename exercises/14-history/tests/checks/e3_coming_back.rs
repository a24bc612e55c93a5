//! The chapter's server is asked, and what it says compared with the prediction.

use std::net::Ipv4Addr;

use axum::Router;
use chat::protocol::{MessageId, Name, Room, Text};
use connection::{Config, Event, Message, connect};
use handshake::{Offer, Origins, Policy};
use history::protocol::{ClientMessage, Hello, Join, Say, ServerMessage, Typing};
use history::{Act, Chat, Halls, MemoryLog, Post, RoomLog, serve};
use wiretap::verdict::{self, Rule};
use wiretap::{Dial, Link, LinkDialer, LinkStream, Recorder, harness};

use crate::subject::e3_coming_back::prediction;

const NOW: Rule = Rule::new(
    "chapter 14",
    "Who joins without `after` hears what comes from now on, and nothing older.",
);
const RESUMES: Rule = Rule::new(
    "chapter 14",
    "Who joins after a number hears everything behind it, once and in order.",
);
const GAP: Rule = Rule::new(
    "chapter 14",
    "Numbers that a client has seen and that are not there are named in a gap.",
);
const RETRY: Rule = Rule::new(
    "chapter 14",
    "A message that is said again with the same id is accepted under its first number, and \
     nobody hears it again.",
);
const DELETED: Rule = Rule::new(
    "chapter 14",
    "A deletion is an entry with its own number; the deleted message keeps its number, and \
     has no words any more.",
);

#[test]
fn what_is_heard_in_the_five_scenes() {
    let yours = prediction();
    known_mistakes(&yours);
    let heard = harness::run("five clients come back", play());
    let rules = [NOW, RESUMES, GAP, RETRY, DELETED];
    for (at, (heard, yours)) in heard.iter().zip(yours).enumerate() {
        if heard == yours {
            continue;
        }
        let same = heard
            .iter()
            .zip(yours)
            .take_while(|(heard, yours)| heard == *yours);
        let (scene, line) = (at + 1, same.count());
        let word = |words: Option<&str>| words.unwrap_or("nothing more").to_owned();
        let why = format!(
            "Scene {scene}, line {}: it hears `{}`, and you have `{}`.",
            line + 1,
            word(heard.get(line).map(String::as_str)),
            word(yours.get(line).copied()),
        );
        verdict::fail(rules[at], why);
    }
}

/// What is easily taken for the answer, and why it is not.
fn known_mistakes(yours: &[&[&str]; 5]) {
    let everything: &[&str] = &[
        "joined 3",
        "message 1 one",
        "message 2 two",
        "message 3 three",
    ];
    let why = "It has not said where it was, and so nothing older is told.";
    verdict::mistake(NOW, everything, yours[0], why);
    if yours[1].contains(&"message 1 one") {
        verdict::fail(RESUMES, "`after: 1` says that it has number 1.");
    }
    let silent: &[&str] = &["joined 3"];
    let why = "It believes that it has seen up to 7. If nobody tells it otherwise, it takes \
               the next four messages for old ones.";
    verdict::mistake(GAP, silent, yours[2], why);
    if yours[3].iter().any(|word| word.starts_with("message 5")) {
        let why = "\"four\" is in the log already, with this author and this id.";
        verdict::fail(RETRY, why);
    }
    if yours[3]
        .iter()
        .filter(|word| **word == "message 4 four")
        .count()
        > 1
    {
        let why = "It hears number 4 when it comes back. The repetition adds nothing that \
                   could be heard.";
        verdict::fail(RETRY, why);
    }
    if yours[4].contains(&"message 2 two") {
        let why = "The words were deleted. Whoever comes later must not find them.";
        verdict::fail(DELETED, why);
    }
    if !yours[4].contains(&"message 2") {
        let why = "Number 2 is still a message, of which the words are missing. If the \
                   number were missing, a client would wait for it.";
        verdict::fail(DELETED, why);
    }
}

async fn play() -> Vec<Vec<String>> {
    let (dialer, listener) = Link::new().network(&Recorder::new("a room"));
    let halls = Halls::new();
    let log = MemoryLog::new(halls.clone());
    let chat = Chat::new(log.clone(), halls);
    let policy = Policy {
        origins: Origins::Any,
        ..Policy::default()
    };
    tokio::spawn(async move {
        let from_here = |_: &LinkStream| Ipv4Addr::LOCALHOST.into();
        let never = std::future::pending();
        serve(listener, chat, policy, Router::new(), from_here, never).await;
    });
    for (of, text) in [(1, "one"), (2, "two"), (3, "three")] {
        say(&log, id(of), text).await;
    }
    let mut all = Vec::new();
    for after in [None, Some(1), Some(7)] {
        all.push(hears(&dialer, "bob", after, None).await);
    }
    say(&log, id(4), "four").await;
    all.push(hears(&dialer, "ada", Some(3), Some(id(4))).await);
    append(&log, id(5), Act::Delete { target: 2 }).await;
    all.push(hears(&dialer, "bob", Some(1), None).await);
    all
}

/// An id as ada's program makes it: what it has chosen by chance, and a count.
fn id(of: u32) -> String {
    format!("b81e0c-{of}")
}

async fn say(log: &MemoryLog, id: String, text: &str) {
    let text = text.to_owned();
    append(log, id, Act::Say { text }).await;
}

/// Ada does it.
async fn append(log: &MemoryLog, id: String, act: Act) {
    let post = Post {
        author: "ada".to_owned(),
        id: Some(id),
        once: true,
        act,
    };
    log.append("harbour", post).await.expect("accepted");
}

/// What a client hears that joins the room and perhaps says "four". That there is no more
/// is known by the answer to something that is wrong.
async fn hears(
    dialer: &LinkDialer,
    who: &str,
    after: Option<u64>,
    id: Option<String>,
) -> Vec<String> {
    let io = dialer.dial().await.expect("it listens");
    let offer = Offer::new(&"ws://chat.test/chat".parse().expect("a URL"));
    let opened = connect(io, offer, Config::default()).await;
    let (mut reader, mut writer) = opened.expect("a handshake").0.split();
    let room = Room::new("harbour").expect("a room");
    let name = Name::new(who).expect("a name");
    let mut words = vec![
        ClientMessage::Hello(Hello { version: 2, name }),
        ClientMessage::Join(Join {
            room: room.clone(),
            after,
        }),
    ];
    words.extend(id.map(|id| {
        let (text, id) = (Text::new("four"), MessageId::new(&id));
        let (text, id) = (text.expect("a text"), id.expect("an id"));
        ClientMessage::Say(Say { room, text, id })
    }));
    let elsewhere = Room::new("elsewhere").expect("a room");
    words.push(ClientMessage::Typing(Typing { room: elsewhere }));
    for message in words {
        let text = message.to_json();
        writer
            .send(Message::Text(text.into()))
            .await
            .expect("it is open");
    }
    let mut heard = Vec::new();
    while let Some(Event::Message(Message::Text(text))) = reader.read().await {
        let message = ServerMessage::parse(&text).expect("the protocol");
        match message.expect("a known type") {
            ServerMessage::Error(_) => break,
            message => heard.extend(in_words(message)),
        }
    }
    heard
}

fn in_words(message: ServerMessage) -> Option<String> {
    Some(match message {
        ServerMessage::Joined { seq, .. } => format!("joined {seq}"),
        ServerMessage::Message { seq, text, .. } => {
            let text = text.unwrap_or_default();
            format!("message {seq} {text}").trim_end().to_owned()
        }
        ServerMessage::Edited { seq, target, .. } => format!("edited {seq} {target}"),
        ServerMessage::Deleted { seq, target, .. } => format!("deleted {seq} {target}"),
        ServerMessage::Accepted { seq, .. } => format!("accepted {seq}"),
        ServerMessage::Gap { first, last, .. } => format!("gap {first} {last}"),
        _ => return None,
    })
}
