//! What version 2 adds: an answer that something is kept, edits, pages, a search.

mod common;
#[path = "common/peer.rs"]
mod peer;

use history::protocol::{
    ClientMessage, Delete, Edit, ErrorCode, PageOf, SaidThen, Search, ServerMessage,
};
use history::{MemoryLog, RoomLog};
use peer::{Peer, expect, fill, id, room, say, text, with_server};
use wiretap::{LinkDialer, LinkStream};

#[test]
fn a_message_is_accepted_once_however_often_it_is_said() {
    with_server("a retry", async |dialer: LinkDialer, log: MemoryLog| {
        let mut bob = Peer::joined(&dialer, "bob", None).await;
        let mut ada = Peer::joined(&dialer, "ada", None).await;
        assert_eq!(ada.says("1", "hello").await, 1);
        ada.send(&say("1", "hello")).await;
        let accepted = ServerMessage::Accepted {
            room: room(),
            id: id("1"),
            seq: 1,
        };
        expect(&mut ada, accepted.clone()).await;

        // From another connection too: it does not know whether the first one got through.
        let mut again = Peer::joined(&dialer, "ada", None).await;
        again.send(&say("1", "hello")).await;
        expect(&mut again, accepted).await;
        // Other words are not accepted, since they would be kept by nobody.
        again.send(&say("1", "good morning")).await;
        let ServerMessage::Error(problem) = again.next_but_presence().await else {
            panic!("an error");
        };
        assert_eq!(
            (problem.code, problem.id),
            (ErrorCode::IdInUse, Some(id("1")))
        );
        assert_eq!(problem.field.as_deref(), Some("id"));
        assert_eq!(again.says("2", "there").await, 2);
        let since = log.after("harbour", 0, 10).await.expect("an answer");
        assert_eq!(since.entries.len(), 2);
        hears(&mut bob, &[(1, "hello"), (2, "there")]).await;
    });
}

#[test]
fn edits_and_deletions_are_told_in_the_order_of_the_room() {
    with_server("changes", async |dialer: LinkDialer, _log: MemoryLog| {
        let mut bob = Peer::joined(&dialer, "bob", None).await;
        let mut old = Peer::hello(&dialer, "eve", 1).await;
        old.join(None).await;
        let mut ada = Peer::joined(&dialer, "ada", None).await;
        ada.says("1", "helo").await;
        change_and_delete(&mut ada).await;

        let (name, text) = ("ada".to_owned(), Some("hello".to_owned()));
        let edited = ServerMessage::Edited {
            room: room(),
            seq: 2,
            target: 1,
            name: name.clone(),
            text,
        };
        let deleted = ServerMessage::Deleted {
            room: room(),
            seq: 3,
            target: 1,
            name,
        };
        bob.next_but_presence().await;
        expect(&mut bob, edited).await;
        expect(&mut bob, deleted).await;

        // Version 1 has no words for it, and no number may be missing.
        let heard = [(1, "helo"), (2, "hello"), (3, "(message 1 is deleted)")];
        hears(&mut old, &heard).await;
    });
}

/// Corrects message 1, and takes it back.
async fn change_and_delete(ada: &mut Peer<LinkStream>) {
    let (seq, words) = (1, text("hello"));
    let edit = Edit {
        room: room(),
        seq,
        text: words,
        id: id("2"),
    };
    ada.send(&ClientMessage::Edit(edit)).await;
    let accepted = |id, seq| ServerMessage::Accepted {
        room: room(),
        id,
        seq,
    };
    expect(ada, accepted(id("2"), 2)).await;
    let delete = Delete {
        room: room(),
        seq,
        id: id("3"),
    };
    ada.send(&ClientMessage::Delete(delete)).await;
}

/// The next are messages with these numbers and words.
async fn hears(peer: &mut Peer<LinkStream>, messages: &[(u64, &str)]) {
    for (seq, words) in messages {
        let ServerMessage::Message {
            seq: heard, text, ..
        } = peer.next_but_presence().await
        else {
            panic!("a message");
        };
        assert_eq!((heard, text.as_deref()), (*seq, Some(*words)));
    }
}

#[test]
fn what_is_not_ones_own_cannot_be_changed() {
    with_server(
        "somebody else's",
        async |dialer: LinkDialer, log: MemoryLog| {
            fill(&log, 1).await;
            let mut bob = Peer::joined(&dialer, "bob", None).await;
            for (seq, code) in [(1, ErrorCode::NotYours), (2, ErrorCode::NoSuchMessage)]
            {
                let delete = Delete {
                    room: room(),
                    seq,
                    id: id("x"),
                };
                bob.send(&ClientMessage::Delete(delete)).await;
                let ServerMessage::Error(problem) = bob.next_but_presence().await
                else {
                    panic!("an error");
                };
                assert_eq!((problem.code, problem.id), (code, Some(id("x"))));
                assert_eq!(problem.field.as_deref(), Some("seq"));
            }
        },
    );
}

#[test]
fn older_messages_are_turned_up_page_by_page() {
    with_server("pages", async |dialer: LinkDialer, log: MemoryLog| {
        fill(&log, 5).await;
        let mut bob = Peer::joined(&dialer, "bob", None).await;
        for (before, expected, more) in
            [(6, 4..=5, true), (4, 2..=3, true), (2, 1..=1, false)]
        {
            let page = PageOf {
                room: room(),
                before,
                limit: 2,
            };
            bob.send(&ClientMessage::Page(page)).await;
            let messages = expected.map(then).collect();
            expect(
                &mut bob,
                ServerMessage::Page {
                    room: room(),
                    messages,
                    more,
                },
            )
            .await;
        }
        let page = PageOf {
            room: room(),
            before: 6,
            limit: 101,
        };
        bob.send(&ClientMessage::Page(page)).await;
        let ServerMessage::Error(problem) = bob.next_but_presence().await else {
            panic!("an error");
        };
        assert_eq!(problem.field.as_deref(), Some("limit"));
    });
}

fn then(seq: u64) -> SaidThen {
    SaidThen {
        seq,
        name: "ada".to_owned(),
        text: Some(format!("text {seq}")),
        id: Some(seq.to_string()),
        changed: None,
    }
}

#[test]
fn words_are_found_and_other_rooms_are_not() {
    with_server("a search", async |dialer: LinkDialer, log: MemoryLog| {
        fill(&log, 3).await;
        let mut bob = Peer::joined(&dialer, "bob", None).await;
        let query = text("text 2");
        let search = Search {
            room: room(),
            query,
        };
        bob.send(&ClientMessage::Search(search)).await;
        let (query, messages) = ("text 2".to_owned(), vec![then(2)]);
        expect(
            &mut bob,
            ServerMessage::Found {
                room: room(),
                query,
                messages,
            },
        )
        .await;
        let elsewhere = r#"{"type":"search","room":"kitchen","query":"text"}"#;
        bob.send_text(elsewhere).await;
        let ServerMessage::Error(problem) = bob.next_but_presence().await else {
            panic!("an error");
        };
        assert_eq!(problem.field.as_deref(), Some("room"));
    });
}
