//! Names that look alike are one name.

use history::protocol::Name;
use unicode_normalization::UnicodeNormalization as _;
use unicode_security::{GeneralSecurityProfile as _, skeleton};

use crate::api::{ErrorCode, Problem};

/// What stands in a name besides letters and digits.
const BETWEEN: &str = " -_.'";

/// A name as somebody may choose it, and what it looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// As it is shown.
    pub(crate) name: Name,
    /// By which the account is found, however the name is typed.
    pub(crate) key: String,
    /// What it looks like as it is typed. Two accounts have nothing in common here: capital
    /// `I` looks like `l`, and small `i` does not.
    pub(crate) look: String,
}

impl Chosen {
    /// This name, for a new account.
    ///
    /// # Errors
    ///
    /// When it is too long, or has a character that is for no identifier (UTS 39):
    /// invisible ones, those that turn the direction of writing around, symbols.
    pub(crate) fn new(text: &str) -> Result<Self, Problem> {
        let malformed =
            |text: String| Problem::new(ErrorCode::Malformed, text).at("name");
        // One character too many is enough to know, and the rest need not be looked at.
        let text: String = text.trim().chars().take(65).nfkc().collect();
        let name = Name::new(&text).map_err(|problem| malformed(problem.text))?;
        let may_be = |c: char| c.identifier_allowed() || BETWEEN.contains(c);
        if let Some(c) = name.as_str().chars().find(|&c| !may_be(c)) {
            return Err(malformed(format!(
                "it has {c:?}; allowed are letters, digits, and {BETWEEN:?}"
            )));
        }
        let (key, look) = (key(&text), look(&text));
        Ok(Self { name, key, look })
    }
}

/// By which an account is found: a name in whatever letters it is typed.
pub(crate) fn key(text: &str) -> String {
    let text: String = text.trim().chars().take(65).collect();
    let small: String = text.nfkc().flat_map(char::to_lowercase).collect();
    alike(&small)
}

/// What a name looks like as it stands there.
fn look(text: &str) -> String {
    alike(text)
}

/// The same for all that look alike (UTS 39), with any number of blanks for one. A
/// prototype may be a capital, as that of `0` is.
fn alike(text: &str) -> String {
    let text: String = skeleton(text).flat_map(char::to_lowercase).collect();
    let text: String = skeleton(&text).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> Chosen {
        Chosen::new(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
    }

    fn are_taken_for_each_other(one: &str, other: &str) -> bool {
        let (one, other) = (chosen(one), chosen(other));
        [&one.key, &one.look]
            .into_iter()
            .any(|text| [&other.key, &other.look].contains(&text))
    }

    #[test]
    fn lookalike_names_are_one_name() {
        let pairs = [
            ("Ada", "ada"),
            ("paypal", "раураl"), // Cyrillic, but for the l
            ("Ian", "lan"),
            ("bob", "b0b"),
            ("admin", "adrnin"),
            ("ann lee", "ann  lee"),
            ("ada", "ａｄａ"),
            ("Zoë", "Zoe\u{308}"),
            ("will", "wi11"),
        ];
        for (one, other) in pairs {
            assert!(are_taken_for_each_other(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn other_names_are_other_names() {
        for (one, other) in [("ada", "adam"), ("ann lee", "annlee"), ("ian", "lan")] {
            assert!(!are_taken_for_each_other(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_in_no_name() {
        for text in [
            "a\u{200b}da",
            "\u{202e}ada",
            "ada\u{ad}",
            "",
            " ",
            "a☂",
            "a\u{0}",
        ] {
            let problem = Chosen::new(text).expect_err(text);
            assert_eq!(problem.field.as_deref(), Some("name"));
        }
        Chosen::new(&"a".repeat(33)).expect_err("too long");
        assert_eq!(chosen(" Ada Lovelace ").name.as_str(), "Ada Lovelace");
        for text in ["Ольга", "小明", "O'Neil", "Jean-Luc", "ada_1"] {
            chosen(text);
        }
    }
}
