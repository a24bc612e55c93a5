//! Conditional requests: "only if it has changed" (RFC 9110 §8.8.3, RFC 9110 §13.1.2).

use std::fmt;

/// An entity tag: the name of one state of a resource.
///
/// Two answers with the same strong tag are the same bytes. A weak one (`W/"7"`) promises
/// only that they mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag {
    weak: bool,
    opaque: String,
}

impl EntityTag {
    /// A strong tag for a version that is known by its number.
    pub fn numbered(version: u64) -> Self {
        Self {
            weak: false,
            opaque: version.to_string(),
        }
    }

    /// Reads one tag off the front of `text` and gives it with the rest. `None` when the
    /// text does not begin with one.
    fn split_off(text: &str) -> Option<(Self, &str)> {
        // RFC 9110 §8.8.3: the W is case-sensitive.
        let (weak, rest) = match text.strip_prefix("W/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (opaque, rest) = rest.strip_prefix('"')?.split_once('"')?;
        let opaque = opaque.to_owned();
        let allowed = |byte| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..);
        opaque
            .bytes()
            .all(allowed)
            .then_some((Self { weak, opaque }, rest))
    }

    /// Whether both name the same state, whichever of them is weak (RFC 9110 §8.8.3.2).
    pub fn matches_weakly(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }

    /// Whether both are strong and name the same state (RFC 9110 §8.8.3.2).
    pub fn matches_strongly(&self, other: &Self) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if self.weak { "W/" } else { "" };
        write!(f, "{prefix}\"{}\"", self.opaque)
    }
}

/// Whether `If-None-Match` says that the client has the `current` state already, so that
/// the answer is 304. `fields` are the values of all fields of that name, in order: a list
/// may be spread over several (RFC 9110 §5.3).
///
/// A malformed list matches nothing. The answer is then a whole one: more bytes than
/// necessary, and never wrong.
pub fn none_match_fails<'a>(
    fields: impl IntoIterator<Item = &'a str>,
    current: &EntityTag,
) -> bool {
    let mut tags = Vec::new();
    for field in fields {
        let field = field.trim_matches([' ', '\t']);
        // RFC 9110 §13.1.2: `*` is met by any state there is. It stands alone.
        if field == "*" {
            return true;
        }
        match parse_list(field) {
            Some(mut more) => tags.append(&mut more),
            None => return false,
        }
    }
    // RFC 9110 §13.1.2: a recipient MUST use the weak comparison.
    tags.iter().any(|tag| tag.matches_weakly(current))
}

/// `#entity-tag`: a tag may hold a comma, so splitting at commas would not do. Empty
/// members are skipped (RFC 9110 §5.6.1.2).
fn parse_list(mut text: &str) -> Option<Vec<EntityTag>> {
    let mut tags = Vec::new();
    loop {
        text = text.trim_start_matches([' ', '\t', ',']);
        if text.is_empty() {
            return Some(tags);
        }
        let (tag, rest) = EntityTag::split_off(text)?;
        tags.push(tag);
        text = rest.trim_start_matches([' ', '\t']);
        if !text.is_empty() && !text.starts_with(',') {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seven(field: &str) -> bool {
        none_match_fails([field], &EntityTag::numbered(7))
    }

    #[test]
    fn s8_8_3_the_grammar_of_a_tag() {
        assert!(seven(r#""7""#));
        assert!(seven(r#"W/"7""#));
        for malformed in ["7", "\"7", "7\"", "w/\"7\"", "W/7", "\"7\"x", "\"7\" \"8\""]
        {
            assert!(!seven(malformed), "{malformed}");
        }
        // A space is no `etagc`, and no `W` but the capital one is weak.
        assert!(!none_match_fails(
            ["\"a b\""],
            &EntityTag {
                weak: false,
                opaque: "a b".into()
            }
        ));
    }

    #[test]
    fn s8_8_3_2_the_table_of_comparisons() {
        let tag = |text| EntityTag::split_off(text).expect("a tag").0;
        for (a, b, strong, weak) in [
            (r#"W/"1""#, r#"W/"1""#, false, true),
            (r#"W/"1""#, r#"W/"2""#, false, false),
            (r#"W/"1""#, r#""1""#, false, true),
            (r#""1""#, r#""1""#, true, true),
        ] {
            let (a, b) = (tag(a), tag(b));
            assert_eq!(a.matches_strongly(&b), strong, "{a} {b}");
            assert_eq!(b.matches_weakly(&a), weak, "{a} {b}");
        }
    }

    #[test]
    fn s13_1_2_a_list_in_one_field_and_in_several() {
        assert!(seven(r#""5", W/"6" ,"7""#));
        assert!(!seven(r#""5", "77""#));
        let current = EntityTag::numbered(7);
        assert!(none_match_fails([r#""5""#, r#""7""#], &current));
        assert!(!none_match_fails([], &current));
    }

    #[test]
    fn s5_6_1_empty_members_are_skipped() {
        assert!(seven(r#", ,"5",,"7","#));
        assert!(!seven(""));
    }

    #[test]
    fn s13_1_2_the_star_stands_alone() {
        assert!(seven("*"));
        assert!(seven(" * "));
        assert!(!seven(r#""5", *"#));
    }

    #[test]
    fn s8_8_3_a_comma_may_stand_in_a_tag() {
        assert!(!seven(r#""5,7""#));
        let current = EntityTag {
            weak: false,
            opaque: "a,b".to_owned(),
        };
        assert!(none_match_fails([r#""x", "a,b""#], &current));
    }
}
