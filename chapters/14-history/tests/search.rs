//! What is found, in both logs; and what a search may cost.

mod common;

use std::time::Duration;

use common::{Told, added, edit, message, new_log, of_both, run, say};
use history::{LogError, Options, RoomLog};

of_both!(
    words_are_found,
    a_query_has_no_language,
    rooms_have_their_own_words
);

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
    added(&log, "harbour", edit("ada", "5", 4, "a plane")).await;
    for (query, expected) in [
        ("ferry", vec![2, 1]),
        ("Late", vec![3, 1]),
        ("late ferry", vec![1]),
        ("ferry lat", vec![1]),
        ("lat ferry", vec![]),
        ("train", vec![]),
        ("plane", vec![4]),
        ("l", vec![3, 1]),
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
        ("{text} : 1", 0),
        ("text:say", 0),
        ("1xsay", 0),
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

/// In the index, a room's number stands before its words.
async fn rooms_have_their_own_words(log: impl RoomLog, _told: Told) {
    let rooms: Vec<String> = (1..=12).map(|room| format!("room {room}")).collect();
    for room in &rooms {
        for (id, text) in ["1xferry", "2x", "x1", "11 ferries"].iter().enumerate() {
            added(&log, room, say("ada", &id.to_string(), text)).await;
        }
    }
    for room in &rooms {
        for (query, expected) in [("1", vec![4, 1]), ("1x", vec![1]), ("x", vec![3])] {
            let found = log.search(room, query, 10).await.expect("an answer");
            let numbers: Vec<u64> = found.iter().map(|said| said.seq).collect();
            let expected: Vec<u64> = expected.clone();
            assert_eq!(numbers, expected, "{room}: {query:?}");
        }
    }
}

#[test]
fn accents_do_not_matter() {
    run("words with accents", async {
        let (_folder, log) = new_log(&Options::default());
        // The second has its accents as letters of their own.
        for (id, text) in ["l'\u{e9}t\u{e9}", "l'e\u{301}te\u{301}", "lete"]
            .iter()
            .enumerate()
        {
            added(&log, "harbour", say("ada", &id.to_string(), text)).await;
        }
        for query in ["ete", "\u{c9}T\u{c9}", "e\u{301}te\u{301}", "l ete"] {
            let found = log.search("harbour", query, 10).await.expect("an answer");
            let numbers: Vec<u64> = found.iter().map(|said| said.seq).collect();
            assert_eq!(numbers, [2, 1], "{query:?}");
        }
    });
}

/// The tables of SQLite know the letters of some year, and Rust those of another.
#[test]
fn words_that_only_one_of_both_takes_for_words_are_found() {
    run("unusual letters", async {
        let (_folder, log) = new_log(&Options::default());
        let words = [
            "\u{24b6}\u{24b7}",
            "\u{915}\u{93f}\u{924}",
            "\u{1f130}b",
            "\u{1e6c0}a",
        ];
        for (at, word) in words.iter().enumerate() {
            let seq = added(&log, "harbour", say("ada", word, word)).await;
            assert_eq!(seq, at as u64 + 1);
            let found = log.search("harbour", word, 10).await.expect("an answer");
            let numbers: Vec<u64> = found.iter().map(|said| said.seq).collect();
            assert_eq!(numbers, [seq], "{word:?}");
        }
    });
}

#[test]
fn a_search_that_takes_too_long_is_given_up() {
    run("a search without time", async {
        let (_folder, log) = new_log(&Options {
            longest_search: Duration::ZERO,
            ..Options::default()
        });
        for number in 0..100 {
            let words = format!("ferry {number}");
            added(&log, "harbour", say("ada", &number.to_string(), &words)).await;
        }
        let error = log.search("harbour", "ferry", 100).await;
        let error = error.expect_err("it has no time at all");
        assert_eq!(error, LogError::SlowSearch(Duration::ZERO));
        assert!(message(&error).contains("longer than 0 ms"), "{error}");
        let since = log
            .after("harbour", 0, 100)
            .await
            .expect("that is no search");
        assert_eq!(since.entries.len(), 100);
    });
}
