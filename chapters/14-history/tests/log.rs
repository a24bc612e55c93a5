//! What a log promises, of both of them.

mod common;

use common::{Told, added, of_both, say, say_with_mark};
use history::{Appended, Entry, LogError, Refused, RoomLog, What};

of_both!(
    each_room_counts_from_1,
    a_repetition_adds_nothing,
    a_mark_may_stand_on_many_messages,
    what_came_after_and_before,
    the_audience_is_told_in_order_and_once,
    names_and_texts_are_data,
);

async fn each_room_counts_from_1(log: impl RoomLog, _told: Told) {
    for seq in 1..=3 {
        for room in ["harbour", "kitchen"] {
            let post = say("ada", &seq.to_string(), "hello");
            assert_eq!(added(&log, room, post).await, seq, "{room}");
        }
    }
    let nowhere = log.after("attic", 0, 10).await.expect("an answer");
    assert_eq!((nowhere.first, nowhere.last), (1, 0));
}

async fn a_repetition_adds_nothing(log: impl RoomLog, told: Told) {
    assert_eq!(added(&log, "harbour", say("ada", "a", "once")).await, 1);
    assert_eq!(added(&log, "harbour", say("bob", "a", "mine")).await, 2);
    assert_eq!(added(&log, "kitchen", say("ada", "a", "here too")).await, 1);
    let again = log.append("harbour", say("ada", "a", "once")).await;
    let (seq, repeated) = (1, true);
    assert_eq!(again, Ok(Appended { seq, repeated }));
    let other = log
        .append("harbour", say("ada", "a", "something else"))
        .await;
    assert_eq!(other, Err(LogError::Refused(Refused::IdInUse)));
    let since = log.after("harbour", 0, 10).await.expect("an answer");
    assert_eq!((since.last, since.entries.len()), (2, 2));
    assert_eq!(told.lock().expect("no panic").len(), 3);
}

async fn a_mark_may_stand_on_many_messages(log: impl RoomLog, _told: Told) {
    for (seq, text) in [(1, "first"), (2, "second"), (3, "second")] {
        let post = say_with_mark("ada", "1", text);
        assert_eq!(added(&log, "harbour", post).await, seq);
    }
    // Nor does it stand in the way of an id.
    assert_eq!(added(&log, "harbour", say("ada", "1", "fourth")).await, 4);
}

async fn what_came_after_and_before(log: impl RoomLog, _told: Told) {
    for number in 1..=10_u32 {
        added(&log, "harbour", say("ada", &number.to_string(), "text")).await;
    }
    let numbers = |entries: &[Entry]| entries.iter().map(|e| e.seq).collect::<Vec<_>>();
    for (after, limit, expected) in [
        (0, 3, vec![1, 2, 3]),
        (7, 10, vec![8, 9, 10]),
        (10, 10, vec![]),
        (u64::MAX, 10, vec![]),
    ] {
        let since = log.after("harbour", after, limit).await.expect("an answer");
        assert_eq!(numbers(&since.entries), expected, "after {after}");
        assert_eq!((since.first, since.last), (1, 10));
    }
    for (before, limit, expected, more) in [
        (11, 3, vec![8, 9, 10], true),
        (4, 3, vec![1, 2, 3], false),
        (1, 3, vec![], false),
        (u64::MAX, 100, (1..=10).collect(), false),
        (5, 0, vec![], true),
    ] {
        let page = log.before("harbour", before, limit).await.expect("a page");
        let numbers: Vec<u64> = page.messages.iter().map(|said| said.seq).collect();
        assert_eq!((numbers, page.more), (expected, more), "before {before}");
    }
}

async fn the_audience_is_told_in_order_and_once(log: impl RoomLog, told: Told) {
    let writers = (0..8).map(|writer| {
        let log = log.clone();
        tokio::spawn(async move {
            for number in 0..20 {
                let id = format!("{writer}-{number}");
                let seq = added(&log, "harbour", say("ada", &id, &id)).await;
                assert!(seq > 0);
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("all accepted");
    }
    let told = told.lock().expect("no panic");
    let numbers: Vec<u64> = told.iter().map(|(_, entry)| entry.seq).collect();
    assert_eq!(numbers, (1..=160).collect::<Vec<_>>());
}

async fn names_and_texts_are_data(log: impl RoomLog, _told: Told) {
    for text in [
        "'); DELETE FROM events; --",
        "<script>alert(1)</script>",
        "nul \0 byte",
        "\u{202e}txet",
        "🦀",
    ] {
        assert_eq!(added(&log, text, say(text, text, text)).await, 1);
        let since = log.after(text, 0, 10).await.expect("an answer");
        let id = Some(text.to_owned());
        let (author, words) = (text.to_owned(), Some(text.to_owned()));
        let what = What::Said { text: words, id };
        let seq = 1;
        assert_eq!(since.entries, [Entry { seq, author, what }]);
    }
}
