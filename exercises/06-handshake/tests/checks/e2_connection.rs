//! Every way of writing it, and every way of not.

use raw_http::Headers;
use wiretap::verdict::{self, Rule};

use crate::subject::e2_connection::asks_to_upgrade;

const WORDS: Rule = Rule::new(
    "RFC 9110 §7.6.1",
    "`Connection` is a list of words, compared as a whole and without regard to case.",
);
const FIELDS: Rule = Rule::new(
    "RFC 9110 §5.3",
    "Several fields of one name are one list, in their order.",
);

fn asks(values: &[&str]) -> bool {
    let fields = values.iter().map(|value| ("Connection", *value));
    asks_to_upgrade(&Headers::from_iter(fields))
}

#[test]
fn a_word_is_a_whole_word() {
    for value in [
        "x-upgrade-not",
        "upgraded",
        "no-upgrade, keep-alive",
        "keep-alive Upgrade",
        "keep-alive; upgrade",
        "\"upgrade\"",
    ] {
        if asks(&[value]) {
            let why = format!(
                "`Connection: {value}` has the letters in it, and not the word: nobody has \
                 asked for an upgrade."
            );
            verdict::fail(WORDS, why);
        }
    }
    for value in [
        "Upgrade",
        "upgrade",
        "UPGRADE",
        "keep-alive, Upgrade",
        "Upgrade,\tx",
        ",,upgrade ,",
    ] {
        if !asks(&[value]) {
            verdict::fail(WORDS, format!("`Connection: {value}` asks for an upgrade."));
        }
    }
}

#[test]
fn several_fields_are_one_list() {
    for values in [
        &["keep-alive", "Upgrade"][..],
        &["Upgrade", "keep-alive"],
        &["", "keep-alive", "x, upgrade"],
    ] {
        if !asks(values) {
            let why = format!(
                "The fields {values:?} are one list, and it has the word: behind a proxy \
                 that adds a field of its own, nobody can connect."
            );
            verdict::fail(FIELDS, why);
        }
    }
    for values in [&["up", "grade"][..], &["keep-alive", "x-upgrade-not"], &[]] {
        if asks(values) {
            verdict::fail(FIELDS, format!("No member of {values:?} is the word."));
        }
    }
}
