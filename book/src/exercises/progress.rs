//! How far the reader is: which exercises are solved, and how many hints were shown.
//!
//! It is kept in `.wire/` beside the workspace's manifest. Not in `target/`, which `cargo
//! clean` empties, and not in git: it belongs to a reader, not to the course. Exercises
//! are known by topic and name, so that a renumbered chapter keeps its progress.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::catalogue::Exercise;
use super::pristine::{self, Pristine};

/// The reader's folder, from the root.
pub(super) const FOLDER: &str = ".wire";

/// What is remembered.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    #[serde(default)]
    exercises: BTreeMap<String, Remembered>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    /// The fingerprint of the solution and the checks it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    solved: Option<String>,
    /// How many hints were shown.
    #[serde(default)]
    hints: usize,
}

/// Where the reader stands with one exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The file is the starter.
    Untouched,
    /// It was edited, and its last version was not checked or did not pass.
    Begun,
    /// It passed its checks, and neither has changed since.
    Solved,
}

impl Progress {
    /// What is remembered in the workspace at `root`. A file that cannot be read as such
    /// counts as none: it is a convenience, and the checks are the truth.
    pub(super) fn load(root: &Path) -> Self {
        let text = fs::read_to_string(path(root)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub(super) fn save(&self, root: &Path) -> anyhow::Result<()> {
        let path = path(root);
        let text = serde_json::to_string_pretty(self)?;
        fs::create_dir_all(root.join(FOLDER))
            .and_then(|()| fs::write(&path, text + "\n"))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    pub(super) fn state(&self, root: &Path, exercise: &Exercise) -> State {
        let now = fingerprint(root, exercise);
        let remembered = self.exercises.get(&exercise.key());
        if now.is_some() && remembered.is_some_and(|it| it.solved == now) {
            return State::Solved;
        }
        match Pristine::load(root, &exercise.chapter) {
            Ok(Some(pristine)) if pristine.is_same(root, &exercise.file()) => {
                State::Untouched
            }
            _ => State::Begun,
        }
    }

    /// Remembers whether the present text passes.
    pub(super) fn set_solved(
        &mut self,
        root: &Path,
        exercise: &Exercise,
        solved: bool,
    ) {
        let now = fingerprint(root, exercise).filter(|_| solved);
        self.exercises.entry(exercise.key()).or_default().solved = now;
    }

    /// Counts one more hint, up to `most`, and gives the number to show.
    pub(super) fn next_hint(&mut self, exercise: &Exercise, most: usize) -> usize {
        let remembered = self.exercises.entry(exercise.key()).or_default();
        remembered.hints = (remembered.hints + 1).min(most);
        remembered.hints
    }

    /// Forgets the exercise, its hints included.
    pub(super) fn forget(&mut self, exercise: &Exercise) {
        self.exercises.remove(&exercise.key());
    }
}

fn path(root: &Path) -> PathBuf {
    root.join(FOLDER).join("progress.json")
}

/// Of the solution and all that judges it. It guards against forgetting, not against
/// forgery, so any hash will do; a new compiler may change it, and then `check` runs again.
fn fingerprint(root: &Path, exercise: &Exercise) -> Option<String> {
    let mut hasher = DefaultHasher::new();
    let snapshots = exercise.snapshots(root).ok()?;
    for file in [exercise.file(), exercise.checks()]
        .iter()
        .chain(&snapshots)
    {
        pristine::read(root, file).ok()?.hash(&mut hasher);
    }
    Some(format!("{:016x}", hasher.finish()))
}
