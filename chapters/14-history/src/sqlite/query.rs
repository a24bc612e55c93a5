//! What somebody looks for, as FTS5 wants to be asked.

/// How many words of a query count. More make a search dearer, and not better.
const MOST_WORDS: usize = 16;

/// A query of FTS5 that finds the messages of a room with all of the words in `text`, the
/// last of which may be a beginning. `None` if there is no word in it.
///
/// FTS5 has a language: `OR`, `NOT`, `NEAR`, `*`, `^`, `room:`, parentheses, quotes. A
/// person's words must not be taken for it, or "don't" is a syntax error and `room:` looks
/// into other rooms. So each word stands in quotes, and a quote in it is doubled; within
/// quotes nothing else has a meaning.
pub(super) fn words(room: i64, text: &str) -> Option<String> {
    let is_separator = |c: char| c.is_whitespace() || c.is_control();
    let words = text.split(is_separator).filter(|word| {
        // What has no letter and no digit is no word for FTS5 either.
        word.chars().any(char::is_alphanumeric)
    });
    let words: Vec<String> = words
        .take(MOST_WORDS)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    (!words.is_empty())
        .then(|| format!("room : \"{room}\" AND text : ({} *)", words.join(" AND ")))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::words;

    #[test]
    fn a_query_is_words() {
        for (text, expected) in [
            ("late ferry", r#"("late" AND "ferry" *)"#),
            ("don't", r#"("don't" *)"#),
            (r#"say "hello"#, r#"("say" AND """hello" *)"#),
            ("a OR room:1", r#"("a" AND "OR" AND "room:1" *)"#),
            ("nul\0byte", r#"("nul" AND "byte" *)"#),
        ] {
            let expected = format!(r#"room : "7" AND text : {expected}"#);
            assert_eq!(words(7, text), Some(expected), "{text:?}");
        }
        for nothing in ["", "  \t", "*", "\"", "()", "^ - +"] {
            assert_eq!(words(7, nothing), None, "{nothing:?}");
        }
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
        let ours = |text| found(&words(1, text).expect("words"));
        assert_eq!(ours("don't"), Ok(1));
        assert_eq!(ours("room:2"), Ok(0));
    }

    #[test]
    fn a_very_long_query_is_not_looked_for_as_a_whole() {
        let query = words(7, &"word ".repeat(1000)).expect("words");
        assert_eq!(query.matches("\"word\"").count(), 16);
    }
}
