//! The starters, checks and snapshots as the course has them.
//!
//! `reset` brings a starter back from here, and `check` refuses to judge by checks that are
//! not these. git could tell as well, but only until a reader commits, or when the course
//! came as an archive. One file per chapter, `book/pristine/NN-topic.json`, written by
//! `cargo run -- prove --record` and proved current by `cargo run -- prove`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::catalogue::{Chapter, Exercise};

/// The files of one chapter's exercises, by their path from the root.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pristine {
    files: BTreeMap<String, String>,
}

impl Pristine {
    /// What was recorded for a chapter; `None` when nothing was.
    pub(super) fn load(root: &Path, chapter: &str) -> anyhow::Result<Option<Self>> {
        let path = path(root, chapter);
        match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text)
                .map(Some)
                .with_context(|| format!("in {}", path.display())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(error).with_context(|| format!("cannot read {}", path.display()))
            }
        }
    }

    /// The files as they are now.
    pub(super) fn of(root: &Path, chapter: &Chapter) -> anyhow::Result<Self> {
        let mut files = BTreeMap::new();
        for exercise in &chapter.exercises {
            let own = [exercise.file(), exercise.target(), exercise.checks()];
            for file in own.into_iter().chain(exercise.snapshots(root)?) {
                let text =
                    read(root, &file).with_context(|| format!("cannot read {file}"))?;
                files.insert(file, text);
            }
        }
        Ok(Self { files })
    }

    pub(super) fn save(&self, root: &Path, chapter: &str) -> anyhow::Result<()> {
        let path = path(root, chapter);
        fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
        fs::write(&path, serde_json::to_string_pretty(self)? + "\n")
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// The recorded text of a file.
    pub(super) fn text(&self, file: &str) -> Option<&str> {
        self.files.get(file).map(String::as_str)
    }

    /// Whether a file is as it was recorded.
    pub(super) fn is_same(&self, root: &Path, file: &str) -> bool {
        read(root, file).ok().as_deref() == self.text(file)
    }

    /// The files that the two have not alike.
    pub(super) fn differing(&self, other: &Self) -> Vec<String> {
        let files: BTreeSet<&String> =
            self.files.keys().chain(other.files.keys()).collect();
        let differ =
            |file: &&&String| self.files.get(**file) != other.files.get(**file);
        files
            .iter()
            .filter(differ)
            .map(ToString::to_string)
            .collect()
    }

    /// What judges an exercise: its test target, its checks and their snapshots, those that
    /// are recorded and those that are there.
    pub(super) fn judges(
        &self,
        root: &Path,
        exercise: &Exercise,
    ) -> anyhow::Result<Vec<String>> {
        let mut files = vec![exercise.target(), exercise.checks()];
        files.extend(exercise.snapshots(root)?);
        let prefix = format!(
            "exercises/{}/tests/checks/snapshots/{}__",
            exercise.chapter, exercise.about.name
        );
        files.extend(
            self.files
                .keys()
                .filter(|file| file.starts_with(&prefix))
                .cloned(),
        );
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// The files that judge an exercise and are not as recorded.
    pub(super) fn changed_judges(
        &self,
        root: &Path,
        exercise: &Exercise,
    ) -> anyhow::Result<Vec<String>> {
        let mut files = self.judges(root, exercise)?;
        files.retain(|file| !self.is_same(root, file));
        Ok(files)
    }
}

/// Where a chapter's record is.
pub(super) fn path(root: &Path, chapter: &str) -> PathBuf {
    root.join(format!("book/pristine/{chapter}.json"))
}

/// A text file with the line ends of the course, whatever a checkout made of them.
pub(super) fn read(root: &Path, file: &str) -> io::Result<String> {
    Ok(fs::read_to_string(root.join(file))?.replace("\r\n", "\n"))
}
