//! What somebody looks for, as FTS5 wants to be asked, and the words that it finds.

use crate::log::words;

/// How many words of a query count. More make a search dearer, and not better.
const MOST_WORDS: usize = 16;

/// The words of a text as they stand in the index.
pub(super) fn in_room(room: i64, text: &str) -> String {
    let words: Vec<String> = words(text).map(|word| word_in(room, word)).collect();
    words.join(" ")
}

/// A word, and its room before it: so to look for a word is to look for it in a room.
///
/// A room's number ends at the first letter, so no word can be taken for one of another
/// room.
fn word_in(room: i64, word: &str) -> String {
    format!("{room}x{word}")
}

/// A query of FTS5 that finds the messages of a room with all of the words in `text`, the
/// last of which may be a beginning. `None` if there is no word in it.
///
/// FTS5 has a language: `OR`, `NOT`, `NEAR`, `*`, `^`, `text:`, parentheses, quotes. A
/// person's words must not be taken for it, or "don't" is a syntax error. So a text is made
/// into words, as those that are searched were, and each stands in quotes, within which
/// nothing has a meaning but a quote; and no word has one.
pub(super) fn query(room: i64, text: &str) -> Option<String> {
    let words: Vec<String> = words(text)
        .take(MOST_WORDS)
        .map(|word| format!("\"{}\"", word_in(room, word)))
        .collect();
    (!words.is_empty()).then(|| format!("{} *", words.join(" AND ")))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{in_room, query};

    #[test]
    fn a_query_is_words() {
        for (text, expected) in [
            ("late ferry", r#""7xlate" AND "7xferry" *"#),
            ("don't", r#""7xdon" AND "7xt" *"#),
            (r#"say "hello"#, r#""7xsay" AND "7xhello" *"#),
            (
                "a OR 8xroom:1",
                r#""7xa" AND "7xOR" AND "7x8xroom" AND "7x1" *"#,
            ),
            ("nul\0byte", r#""7xnul" AND "7xbyte" *"#),
        ] {
            assert_eq!(query(7, text).as_deref(), Some(expected), "{text:?}");
        }
        for nothing in ["", "  \t", "*", "\"", "()", "^ - +", "\u{301}"] {
            assert_eq!(query(7, nothing), None, "{nothing:?}");
        }
        assert_eq!(in_room(7, "The ferry's late!"), "7xThe 7xferry 7xs 7xlate");
    }

    /// What FTS5 makes of a person's words when they are passed on as they are.
    #[test]
    fn words_as_they_are_mean_something_else() {
        let database = Connection::open_in_memory().expect("a database");
        let fill = "
            CREATE VIRTUAL TABLE words USING fts5 (room, text);
            INSERT INTO words VALUES ('1', 'don''t tell'), ('2', 'a secret');
        ";
        database.execute_batch(fill).expect("a table");
        let found = |query: &str| {
            let select = "SELECT count(*) FROM words WHERE words MATCH ?";
            database.query_row(select, [query], |row| row.get::<_, i64>(0))
        };
        let error = found("don't").expect_err("an apostrophe");
        assert!(error.to_string().contains("syntax error"), "{error}");
        assert_eq!(found("room:2"), Ok(1), "another room");
    }

    #[test]
    fn a_very_long_query_is_not_looked_for_as_a_whole() {
        let query = query(7, &"word ".repeat(1000)).expect("words");
        assert_eq!(query.matches("word").count(), 16);
    }
}
