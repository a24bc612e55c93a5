//! What names, rooms, texts and ids consist of, at their limits and one beyond.

use chat::protocol::{
    ErrorCode, MAX_ID, MAX_NAME, MAX_ROOM, MAX_TEXT, MessageId, Name, Problem, Room,
    Text,
};

fn called(text: &str) -> Name {
    Name::new(text).expect("a name")
}

/// At the limit, and one beyond it.
#[track_caller]
fn assert_limit<T>(new: fn(&str) -> Result<T, Problem>, unit: &str, max: usize) {
    let code = |text: String| new(&text).err().map(|problem| problem.code);
    let most = unit.repeat(max);
    assert_eq!(code(most.clone()), None, "{unit:?} × {max}");
    assert_eq!(
        code(most + unit),
        Some(ErrorCode::TooLong),
        "{unit:?} × {max} + 1"
    );
    assert_eq!(code(String::new()), Some(ErrorCode::Empty));
}

#[test]
fn names_have_1_to_32_characters_and_no_control_characters() {
    assert_limit(Name::new, "a", MAX_NAME);
    assert_limit(Name::new, "🎉", MAX_NAME);
    assert_eq!(
        called(" \t Ann of Green Gables\u{a0}\n").as_str(),
        "Ann of Green Gables"
    );
    assert_eq!(
        Name::new(" \u{3000}").expect_err("blank").code,
        ErrorCode::Empty
    );
    for bad in ["a\nb", "a\0", "\u{7f}", "\u{85}a\u{85}b", "\u{1b}[31mred"] {
        let problem = Name::new(bad).expect_err("a control character");
        assert_eq!(problem.code, ErrorCode::BadCharacter, "{bad:?}");
    }
    // The last one cannot be seen, and is a character like any other.
    for name in [
        "<b>",
        "'; DROP TABLE rooms",
        "Ann-Marie",
        "安",
        "Z̷a",
        "\u{200b}",
    ] {
        assert_eq!(Name::new(name).expect("a name").as_str(), name);
    }
}

#[test]
fn rooms_have_1_to_64_characters_of_a_small_alphabet() {
    assert_limit(Room::new, "a", MAX_ROOM);
    assert!(Room::new("0123456789-_abcdefghijklmnopqrstuvwxyz").is_ok());
    for bad in [
        "Tea", "tea room", "té", "tea\n", "../tea", "tea.", "<tea>", "\0",
    ] {
        let problem = Room::new(bad).expect_err("another character");
        assert_eq!(problem.code, ErrorCode::BadCharacter, "{bad:?}");
    }
}

#[test]
fn texts_have_1_to_4096_bytes_and_not_only_blanks() {
    assert_limit(Text::new, "a", MAX_TEXT);
    assert_limit(Text::new, "é", MAX_TEXT / 2);
    for blank in [" ", "\n\r\t", "\u{2003}\u{a0}"] {
        let problem = Text::new(blank).expect_err("blank");
        assert_eq!(problem.code, ErrorCode::Empty, "{blank:?}");
    }
    // As it was, to the last blank.
    for text in [" a ", "\0", "\u{202e}a", "<script>alert(1)</script>"] {
        assert_eq!(Text::new(text).expect("a text").as_str(), text);
    }
}

#[test]
fn ids_have_1_to_64_bytes() {
    assert_limit(MessageId::new, "a", MAX_ID);
    assert_limit(MessageId::new, "é", MAX_ID / 2);
    assert!(MessageId::new(" ").is_ok());
}
