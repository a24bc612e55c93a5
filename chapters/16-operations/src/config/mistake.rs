//! What is wrong with a configuration, and where.

use std::fmt;
use std::path::Path;

use super::keys::KEYS;
use super::layers::Source;

/// So many letters may be wrong in a name that was meant to be another.
const TYPOS: usize = 2;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    place: Option<String>,
    text: String,
}

/// All that is wrong, one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistake {
    pub(super) fn new(source: Source, field: &str, text: impl fmt::Display) -> Self {
        Self {
            place: Some(source.to_string()),
            text: format!("`{field}`: {text}"),
        }
    }

    /// There is no such setting.
    pub(super) fn unknown(source: Source, field: &str) -> Self {
        let what = match &source {
            Source::Environment(_) => "there is no setting of this name".to_owned(),
            _ => format!("there is no setting `{field}`"),
        };
        let remedy = match (nearest(&source, field), &source) {
            (Some(near), _) => format!("did you mean {near}?"),
            (None, Source::Environment(_)) => {
                "CHAT_ stands before the server's settings only".to_owned()
            }
            (None, _) => "--help lists them".to_owned(),
        };
        Self {
            place: Some(source.to_string()),
            text: format!("{what}: {remedy}"),
        }
    }

    pub(super) fn file(path: &Path, text: impl fmt::Display) -> Self {
        Self {
            place: Some(path.display().to_string()),
            text: text.to_string(),
        }
    }

    pub(super) fn line(path: &Path, line: usize, text: &str) -> Self {
        Self {
            place: Some(Source::File(path.to_owned(), line).to_string()),
            text: text.trim_end().to_owned(),
        }
    }

    pub(super) fn whole(text: String) -> Self {
        Self { place: None, text }
    }
}

/// The setting whose name is nearly this one.
fn nearest(source: &Source, field: &str) -> Option<String> {
    let names = KEYS.iter().map(|key| match source {
        Source::Environment(_) => key.variable(),
        _ => key.field.to_owned(),
    });
    let near = names.map(|name| (typos(&name, field), name)).min()?;
    (near.0 <= TYPOS).then(|| format!("`{}`", near.1))
}

/// How many letters have to be put in, taken out or changed (Levenshtein).
fn typos(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (number, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = number + 1;
        for column in 0..other.len() {
            let changed = diagonal + usize::from(other[column] != letter);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, mistake) in self.0.iter().enumerate() {
            let between = if number > 0 { "\n" } else { "" };
            write!(f, "{between}{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_are_wrong_are_counted() {
        for (one, other, count) in [
            ("drain.over", "drain.over", 0),
            ("drain.over", "drain.ovr", 1),
            ("drain.over", "drain.voer", 2),
            ("", "abc", 3),
            ("abc", "", 3),
        ] {
            assert_eq!(typos(one, other), count, "{one} {other}");
        }
    }
}
