//! What a log promises, of both of them.

mod common;

use common::{Told, added, audience, delete, edit, run, say, say_with_mark};
use history::{
    Appended, Entry, LogError, MemoryLog, Options, Refused, RoomLog, SqliteLog, What,
};

/// Runs a test with each kind of log.
macro_rules! of_both {
    ($($test:ident),+ $(,)?) => {
        mod in_a_file { $(
            #[test]
            fn $test() {
                let folder = tempfile::tempdir().expect("a folder");
                let path = folder.path().join("rooms.db");
                let (told, audience) = super::audience();
                let log = super::SqliteLog::open(path, &super::Options::default(), audience);
                super::run(stringify!($test), super::$test(log.expect("a log"), told));
            }
        )+ }
        mod in_memory { $(
            #[test]
            fn $test() {
                let (told, audience) = super::audience();
                let log = super::MemoryLog::new(audience);
                super::run(stringify!($test), super::$test(log, told));
            }
        )+ }
    };
}

of_both!(
    each_room_counts_from_1,
    a_repetition_adds_nothing,
    a_mark_may_stand_on_many_messages,
    a_deleted_message_is_not_said_anew,
    what_came_after_and_before,
    the_audience_is_told_in_order_and_once,
    an_edit_is_an_entry,
    a_deletion_takes_the_words_away,
    only_the_author_changes_a_message,
    a_change_can_be_repeated,
    words_are_found,
    a_query_has_no_language,
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

async fn a_deleted_message_is_not_said_anew(log: impl RoomLog, _told: Told) {
    added(&log, "harbour", say("ada", "a", "words")).await;
    added(&log, "harbour", delete("ada", 1)).await;
    let again = log.append("harbour", say("ada", "a", "words")).await;
    let (seq, repeated) = (1, true);
    assert_eq!(again, Ok(Appended { seq, repeated }));
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

async fn an_edit_is_an_entry(log: impl RoomLog, told: Told) {
    added(&log, "harbour", say("ada", "a", "the fery is late")).await;
    added(&log, "harbour", say("bob", "b", "which one")).await;
    let post = edit("ada", 1, "the ferry is late");
    assert_eq!(added(&log, "harbour", post).await, 3);
    let last = told.lock().expect("no panic").last().cloned();
    let edited = What::Edited {
        target: 1,
        text: Some("the ferry is late".to_owned()),
    };
    assert_eq!(last.expect("an entry").1.what, edited);
    let since = log.after("harbour", 2, 10).await.expect("an answer");
    assert_eq!(since.entries[0].what, edited);
    let page = log.before("harbour", u64::MAX, 10).await.expect("a page");
    let said = &page.messages[0];
    assert_eq!(said.text.as_deref(), Some("the ferry is late"));
    assert_eq!((said.seq, said.changed), (1, Some(3)));
    assert_eq!(page.messages.len(), 2, "an edit is no message of its own");
}

async fn a_deletion_takes_the_words_away(log: impl RoomLog, _told: Told) {
    added(&log, "harbour", say("ada", "a", "my pasword is hunter2")).await;
    added(&log, "harbour", edit("ada", 1, "my password is hunter2")).await;
    assert_eq!(added(&log, "harbour", delete("ada", 1)).await, 3);
    let since = log.after("harbour", 0, 10).await.expect("an answer");
    let numbers: Vec<u64> = since.entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(numbers, [1, 2, 3], "no number is missing");
    let shown = format!("{since:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let page = log.before("harbour", 9, 10).await.expect("a page");
    assert_eq!(
        (&page.messages[0].text, page.messages[0].changed),
        (&None, Some(3))
    );
    let found = log
        .search("harbour", "hunter2", 10)
        .await
        .expect("an answer");
    assert_eq!(found, []);
}

async fn only_the_author_changes_a_message(log: impl RoomLog, told: Told) {
    added(&log, "harbour", say("ada", "a", "mine")).await;
    added(&log, "harbour", edit("ada", 1, "still mine")).await;
    for (post, refused) in [
        (edit("bob", 1, "no longer"), Refused::NotYours),
        (delete("bob", 1), Refused::NotYours),
        (edit("ada", 2, "an edit of an edit"), Refused::NoSuchMessage),
        (edit("ada", 3, "of the future"), Refused::NoSuchMessage),
        (delete("ada", u64::MAX), Refused::NoSuchMessage),
    ] {
        let answer = log.append("harbour", post.clone()).await;
        assert_eq!(answer, Err(LogError::Refused(refused)), "{post:?}");
    }
    let elsewhere = log.append("kitchen", delete("ada", 1)).await;
    assert_eq!(elsewhere, Err(LogError::Refused(Refused::NoSuchMessage)));
    assert_eq!(told.lock().expect("no panic").len(), 2);
}

async fn a_change_can_be_repeated(log: impl RoomLog, _told: Told) {
    added(&log, "harbour", say("ada", "a", "one")).await;
    let repeated = |seq| {
        Ok(Appended {
            seq,
            repeated: true,
        })
    };
    let as_it_was = log.append("harbour", edit("ada", 1, "one")).await;
    assert_eq!(as_it_was, repeated(1));
    added(&log, "harbour", edit("ada", 1, "two")).await;
    assert_eq!(
        log.append("harbour", edit("ada", 1, "two")).await,
        repeated(2)
    );
    assert_eq!(added(&log, "harbour", edit("ada", 1, "one")).await, 3);
    assert_eq!(added(&log, "harbour", delete("ada", 1)).await, 4);
    assert_eq!(log.append("harbour", delete("ada", 1)).await, repeated(4));
    let late = log.append("harbour", edit("ada", 1, "two")).await;
    assert_eq!(late, Err(LogError::Refused(Refused::Deleted)));
}

async fn words_are_found(log: impl RoomLog, _told: Told) {
    for (id, text) in [
        ("1", "The ferry is late"),
        ("2", "which ferry"),
        ("3", "the LATE one"),
        ("4", "a train"),
    ] {
        added(&log, "harbour", say("ada", id, text)).await;
    }
    added(&log, "kitchen", say("ada", "1", "a late ferry too")).await;
    added(&log, "harbour", edit("ada", 4, "a plane")).await;
    for (query, expected) in [
        ("ferry", vec![2, 1]),
        ("Late", vec![3, 1]),
        ("late ferry", vec![1]),
        ("ferry lat", vec![1]),
        ("lat ferry", vec![]),
        ("train", vec![]),
        ("plane", vec![4]),
        ("", vec![]),
    ] {
        let found = log.search("harbour", query, 10).await.expect("an answer");
        let numbers: Vec<u64> = found.iter().map(|said| said.seq).collect();
        assert_eq!(numbers, expected, "{query:?}");
    }
    let newest = log.search("harbour", "ferry", 1).await.expect("an answer");
    assert_eq!(newest[0].seq, 2);
}

async fn a_query_has_no_language(log: impl RoomLog, _told: Told) {
    added(
        &log,
        "harbour",
        say("ada", "1", "don't say \"late\" OR else"),
    )
    .await;
    added(&log, "kitchen", say("ada", "1", "secret")).await;
    for (query, found) in [
        ("don't", 1),
        ("\"late\"", 1),
        ("late OR nothing", 0),
        ("OR", 1),
        ("secret OR room:1", 0),
        ("NEAR(say late)", 0),
        ("say -late", 1),
        ("room : 2", 0),
        ("{room} : 1", 0),
        ("la*", 1),
        ("\"", 0),
        ("'; DROP TABLE events; --", 0),
        ("say\0late", 1),
        ("(((", 0),
    ] {
        let answer = log.search("harbour", query, 10).await;
        let count = answer.map(|messages| messages.len());
        assert_eq!(count, Ok(found), "{query:?}");
    }
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
