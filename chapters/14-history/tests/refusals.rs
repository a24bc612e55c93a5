//! What is refused: the answer names the message, the room and the field.

mod common;
#[path = "common/peer.rs"]
mod peer;

use backpressure::Limits;
use chat::protocol::ErrorCode as One;
use history::protocol::{ErrorCode, Problem, ServerMessage};
use history::{Chat, Halls, LogError, MemoryLog, Page, Post, RoomLog, Said, Since};
use peer::{Peer, room, say, serve_forever, with_server};
use wiretap::{Link, LinkDialer, LinkStream, Recorder, harness};

async fn refused(peer: &mut Peer<LinkStream>, text: &str) -> Problem {
    peer.send_text(text).await;
    match peer.next_but_presence().await {
        ServerMessage::Error(problem) => problem,
        other => panic!("an error after {text}, and not {other:?}"),
    }
}

#[test]
fn a_refusal_names_the_room() {
    with_server("rooms named", async |dialer: LinkDialer, _: MemoryLog| {
        let mut bob = Peer::hello(&dialer, "bob", 2).await;
        for (wrong, code) in [
            (
                r#"{"type":"say","room":"harbour","text":"a","id":"1"}"#,
                One::NotInRoom,
            ),
            (r#"{"type":"typing","room":"harbour"}"#, One::NotInRoom),
            (
                r#"{"type":"search","room":"harbour","query":"a"}"#,
                One::NotInRoom,
            ),
            (
                r#"{"type":"join","room":"harbour","after":-1}"#,
                One::Malformed,
            ),
            (r#"{"type":"vote","room":"harbour"}"#, One::UnknownType),
        ] {
            let problem = refused(&mut bob, wrong).await;
            assert_eq!(problem.code, ErrorCode::One(code), "{wrong}");
            assert_eq!(problem.room, Some(room()), "{wrong}");
        }
        let none = refused(&mut bob, r#"{"type":"join"}"#).await;
        assert_eq!(none.room, None);
    });
}

#[test]
fn so_does_the_refusal_of_one_room_too_many() {
    with_server("many rooms", async |dialer: LinkDialer, _: MemoryLog| {
        let mut bob = Peer::hello(&dialer, "bob", 2).await;
        for number in 0..16 {
            bob.send_text(&format!(r#"{{"type":"join","room":"room-{number}"}}"#))
                .await;
            bob.next_but_presence().await;
        }
        let problem = refused(&mut bob, r#"{"type":"join","room":"harbour"}"#).await;
        assert_eq!(problem.code, ErrorCode::One(One::TooManyRooms));
        assert_eq!(problem.room, Some(room()));
    });
}

#[test]
fn a_join_that_is_one_too_many_is_told_with_its_room() {
    with_server("joins", async |dialer: LinkDialer, _: MemoryLog| {
        let mut bob = Peer::hello(&dialer, "bob", 2).await;
        for _ in 0..60 {
            bob.send_text(r#"{"type":"join","room":"harbour"}"#).await;
        }
        for number in 0..60 {
            match bob.next_but_presence().await {
                ServerMessage::Joined { .. } => assert!(number < 50),
                ServerMessage::Error(problem) => {
                    assert_eq!(problem.code, ErrorCode::One(One::Rate));
                    assert_eq!(problem.room, Some(room()));
                }
                other => panic!("joined or too much, and not {other:?}"),
            }
        }
    });
}

/// Its page knows no such field.
#[test]
fn version_1_is_told_of_no_room() {
    with_server("version 1", async |dialer: LinkDialer, _: MemoryLog| {
        let mut bob = Peer::hello(&dialer, "bob", 1).await;
        bob.send_text(r#"{"type":"typing","room":"harbour"}"#).await;
        let text = bob.next_text().await;
        assert!(text.contains("not_in_room"), "{text}");
        assert!(!text.contains(r#""room":"#), "{text}");
    });
}

fn served<L: RoomLog>(chat: Chat<L>) -> LinkDialer {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    tokio::spawn(serve_forever(listener, chat));
    dialer
}

#[test]
fn a_server_may_allow_fewer_rooms() {
    harness::run("two rooms", async {
        let (log, rooms) = (MemoryLog::new(()), 2);
        let limits = Limits {
            rooms,
            ..Limits::default()
        };
        let dialer = served(Chat::new(log, Halls::new()).limited(limits));
        let mut bob = Peer::hello(&dialer, "bob", 2).await;
        for join in [
            r#"{"type":"join","room":"pier"}"#,
            r#"{"type":"join","room":"quay"}"#,
        ] {
            bob.send_text(join).await;
            let joined = bob.next().await;
            assert!(matches!(joined, ServerMessage::Joined { .. }), "{joined:?}");
        }
        let problem = refused(&mut bob, r#"{"type":"join","room":"harbour"}"#).await;
        assert_eq!(problem.code, ErrorCode::One(One::TooManyRooms));
        assert!(problem.text.contains("2 rooms"), "{}", problem.text);
    });
}

#[test]
fn what_is_said_before_the_hello_counts() {
    harness::run("no hello", async {
        let chat = Chat::new(MemoryLog::new(()), Halls::new());
        let mut somebody = Peer::connect(&served(chat)).await;
        for _ in 0..60 {
            somebody
                .send_text(r#"{"type":"leave","room":"harbour"}"#)
                .await;
        }
        for number in 0..60 {
            let ServerMessage::Error(problem) = somebody.next().await else {
                panic!("an error");
            };
            let code = if number < 50 {
                One::HelloFirst
            } else {
                One::Rate
            };
            assert_eq!(problem.code, ErrorCode::One(code), "{number}");
        }
    });
}

/// A log that cannot be read.
#[derive(Debug, Clone)]
struct Unreadable;

impl RoomLog for Unreadable {
    async fn append(&self, _: &str, _: Post) -> Result<history::Appended, LogError> {
        Err(LogError::Stopped)
    }

    async fn after(&self, _: &str, _: u64, _: usize) -> Result<Since, LogError> {
        Err(LogError::Stopped)
    }

    async fn before(&self, _: &str, _: u64, _: usize) -> Result<Page, LogError> {
        Err(LogError::Stopped)
    }

    async fn search(&self, _: &str, _: &str, _: usize) -> Result<Vec<Said>, LogError> {
        Err(LogError::Stopped)
    }
}

#[test]
fn a_join_whose_log_cannot_be_read_is_told_with_its_room() {
    harness::run("a log that cannot be read", async {
        let dialer = served(Chat::new(Unreadable, Halls::new()));
        let mut bob = Peer::hello(&dialer, "bob", 2).await;
        let problem = refused(&mut bob, r#"{"type":"join","room":"harbour"}"#).await;
        assert_eq!(problem.code, ErrorCode::One(One::Unavailable));
        assert_eq!(problem.room, Some(room()));
        // And it is not in it.
        let problem = refused(&mut bob, r#"{"type":"typing","room":"harbour"}"#).await;
        assert_eq!(problem.code, ErrorCode::One(One::NotInRoom));
    });
}

/// What is wrong, and the field that is.
const MISTAKES: [(&str, &str); 13] = [
    (r#"{"type":"say","room":"harbour","text":"no id"}"#, "id"),
    (r#"{"type":"join","room":"harbour","after":-1}"#, "after"),
    (
        r#"{"type":"join","room":"harbour","after":"1; DROP TABLE"}"#,
        "after",
    ),
    (r#"{"type":"edit","room":"harbour","text":"x"}"#, "seq"),
    (
        r#"{"type":"edit","room":"harbour","seq":1,"text":"x"}"#,
        "id",
    ),
    (r#"{"type":"delete","room":"harbour","seq":1}"#, "id"),
    (
        r#"{"type":"page","room":"harbour","before":1,"limit":0}"#,
        "limit",
    ),
    (r#"{"type":"search","room":"harbour","query":" "}"#, "query"),
    (
        r#"{"type":"delete","room":"harbour","seq":1,"all":true}"#,
        "all",
    ),
    (r#"{"type":"undo","room":"harbour"}"#, "type"),
    // 2^53: a browser cannot tell it from the next one.
    (
        r#"{"type":"join","room":"harbour","after":9007199254740992}"#,
        "after",
    ),
    (
        r#"{"type":"page","room":"harbour","before":18446744073709551615,"limit":1}"#,
        "before",
    ),
    (
        r#"{"type":"delete","room":"harbour","seq":9007199254740992,"id":"1"}"#,
        "seq",
    ),
];

#[test]
fn a_mistake_is_named_and_the_connection_lives_on() {
    with_server("mistakes", async |dialer: LinkDialer, _log: MemoryLog| {
        let mut bob = Peer::joined(&dialer, "bob", None).await;
        for (wrong, field) in MISTAKES {
            let problem = refused(&mut bob, wrong).await;
            assert_eq!(
                problem.field.as_deref(),
                Some(field),
                "{wrong}: {problem:?}"
            );
        }
        assert_eq!(bob.says("1", "still here").await, 1);
    });
}

#[test]
fn who_says_more_than_it_may_is_told_which_message_that_was() {
    with_server("a flood", async |dialer: LinkDialer, log: MemoryLog| {
        let mut ada = Peer::joined(&dialer, "ada", None).await;
        let (mut accepted, mut refused) = (0, Vec::new());
        for number in 1..=60 {
            ada.send(&say(&number.to_string(), "again")).await;
        }
        while accepted + refused.len() < 60 {
            match ada.next_but_presence().await {
                ServerMessage::Accepted { .. } => accepted += 1,
                ServerMessage::Error(problem) => {
                    let rate = chat::protocol::ErrorCode::Rate;
                    assert_eq!(problem.code, ErrorCode::One(rate));
                    refused.push(problem.id.expect("the message's").to_string());
                }
                _ => {}
            }
        }
        // Of the fifty that may come at once, the hello and the join were two.
        assert_eq!(accepted, 48);
        assert_eq!(refused.first().map(String::as_str), Some("49"));
        let since = log.after("harbour", 0, 100).await.expect("an answer");
        assert_eq!(since.last, 48);
    });
}
