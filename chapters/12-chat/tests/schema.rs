//! The schema and the parser say the same: each required field is one, each limit is where
//! the schema has it, nothing else is allowed, and each word is what its pattern says.

mod agrees;

use agrees::Protocol;
use chat::protocol::{ClientMessage, MessageId, Name, Room, Text, schema};
use regex::Regex;

fn version_1() -> Protocol {
    Protocol {
        schema: schema(),
        read: |text| ClientMessage::parse(text).map(|message| message.to_json()),
    }
}

#[test]
fn a_whole_message_is_read_and_written_as_it_was() {
    assert_eq!(version_1().messages().len(), 5);
    version_1().whole_messages();
}

#[test]
fn what_is_required_is_missed_and_nothing_else() {
    version_1().fields();
}

#[test]
fn every_limit_is_where_the_schema_has_it() {
    assert_eq!(version_1().limits(), (7, 0));
}

/// What a word's schema takes and what the server takes without a change to it are the same,
/// whatever character stands where.
fn pattern_agrees(word: &str, takes: impl Fn(&str) -> bool) {
    let schema = &schema()["$defs"][word];
    let pattern = schema["pattern"].as_str().expect("a pattern");
    let pattern = Regex::new(pattern).expect("a regular expression");
    // The first of them are all that words are particular about.
    for c in (0..=0x3100)
        .chain(0xfe00..0x1_0000)
        .filter_map(char::from_u32)
    {
        for text in [
            format!("{c}"),
            format!("{c}a"),
            format!("a{c}"),
            format!("a{c}a"),
        ] {
            assert_eq!(pattern.is_match(&text), takes(&text), "{word} {text:?}");
        }
    }
}

#[test]
fn each_word_is_what_its_pattern_says() {
    // Blanks around a name are taken away: the schema has it as it is then.
    pattern_agrees("Name", |text| {
        Name::new(text).is_ok_and(|name| name.as_str() == text)
    });
    pattern_agrees("Room", |text| Room::new(text).is_ok());
    pattern_agrees("Text", |text| Text::new(text).is_ok());
    pattern_agrees("MessageId", |text| MessageId::new(text).is_ok());
}
