//! What is wrong with the book, where, and what to do about it.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use anstyle::AnsiColor;

/// One mistake in the book's source. Written like a compiler's:
///
/// ```text
/// error: chapters/01-raw-http/src/head.rs has no item `RequestHead::parze`
///   --> book/text/01-raw-http.md:41
///    = did you mean `RequestHead::parse`?
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file to edit, from the workspace's root.
    pub file: PathBuf,
    /// The line in it, counted from 1, where there is one to name.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Problem {
    /// A problem with `file` as a whole; [`at`](Self::at) adds the line.
    pub fn new(
        file: impl AsRef<Path>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            file: file.as_ref().to_path_buf(),
            line: None,
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    /// The same problem, at this line.
    #[must_use]
    pub fn at(self, line: usize) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.what)?;
        // Forward slashes on every system: the text is compared and copied.
        write!(f, "  --> {}", slashes(&self.file))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        for line in self.remedy.lines() {
            write!(f, "\n   = {line}")?;
        }
        Ok(())
    }
}

/// Everything wrong that one build found: an author fixes it in one go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// `Ok` when nothing was found.
    ///
    /// # Errors
    ///
    /// All that was found, in the order of file and line.
    pub fn into_result(mut self) -> Result<(), Self> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0
            .sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        self.0.dedup();
        Err(self)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{problem}\n")?;
        }
        match self.0.len() {
            1 => write!(f, "the book has 1 mistake"),
            n => write!(f, "the book has {n} mistakes"),
        }
    }
}

impl Error for Problems {}

/// The text of an error for the terminal, with the headings in it in red.
pub(crate) fn coloured(text: &str) -> String {
    let red = AnsiColor::Red.on_default().bold();
    let lines: Vec<_> = text
        .lines()
        .map(|line| match line.strip_prefix("error: ") {
            Some(what) => format!("{red}error{red:#}: {what}"),
            None => line.to_owned(),
        })
        .collect();
    lines.join("\n")
}

/// A path with forward slashes, as it is written in pages.
pub(crate) fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The nearest of `candidates` to `word`, when it is near enough to be a slip.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance * 3 <= word.chars().count().max(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, one row at a time.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_file_line_and_remedy() {
        let problem =
            Problem::new("book/text/a.md", "no item `f`", "write `g`\nor `h`").at(3);
        assert_eq!(
            problem.to_string(),
            "error: no item `f`\n  --> book/text/a.md:3\n   = write `g`\n   = or `h`"
        );
    }

    #[test]
    fn problems_are_in_the_order_of_the_pages() {
        let problem = |file: &str, line| Problem::new(file, "w", "r").at(line);
        let found = Problems(vec![problem("b", 1), problem("a", 9), problem("a", 2)]);
        let places: Vec<_> = found
            .into_result()
            .expect_err("three problems")
            .0
            .into_iter()
            .map(|p| (p.file, p.line))
            .collect();
        let place = |file: &str, line| (PathBuf::from(file), Some(line));
        assert_eq!(places, [place("a", 2), place("a", 9), place("b", 1)]);
    }

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let items = ["Board::since", "Board::append", "serve"];
        assert_eq!(nearest("Board::sinse", items), Some("Board::since"));
        assert_eq!(nearest("handshake", items), None);
    }
}
