//! Every way of writing it, and every way of not.

use wiretap::escape;
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

const NAMES: Rule = Rule::new("RFC 9110 §5.1", "A name is the same in any case.");

fn asks(values: &[&str]) -> bool {
    let connection = values.iter().map(|value| ("Connection", *value));
    // Other fields have the word as well, and it means something else there.
    let others = [("Upgrade", "websocket"), ("X-Connection", "upgrade")];
    let fields: Vec<_> = others.into_iter().chain(connection).collect();
    asks_to_upgrade(&fields)
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
        "keep-alive,\tUpgrade\t",
        ",,upgrade ,",
    ] {
        if !asks(&[value]) {
            let value = escape(value.as_bytes());
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
    if !asks_to_upgrade(&[("connection", "x"), ("CONNECTION", "upgrade")]) {
        let why = "`connection` and `CONNECTION` are `Connection`, too.";
        verdict::fail(NAMES, why);
    }
}
