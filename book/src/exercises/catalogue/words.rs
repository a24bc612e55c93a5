//! How chapters and exercises are written in names and messages.

use super::{About, Exercise};

/// `02-short-polling` as `02` and `short-polling`.
pub(super) fn split(folder: &str) -> (&str, &str) {
    folder.split_once('-').unwrap_or(("", folder))
}

pub(super) fn did_you_mean(word: Option<&str>) -> String {
    word.map(|word| format!("; did you mean `{word}`?"))
        .unwrap_or_default()
}

pub(super) fn names<'a>(exercises: impl IntoIterator<Item = &'a Exercise>) -> String {
    let line = |exercise: &Exercise| {
        let About { name, title, .. } = &exercise.about;
        format!("  {} {name:16} {title}", exercise.chapter_short())
    };
    exercises
        .into_iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}
