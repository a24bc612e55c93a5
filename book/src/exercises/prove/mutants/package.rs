//! Puts a mutant into a package of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::copy::Made;
use crate::exercises::catalogue::{Chapter, Exercise};
use crate::workspace::entries;

/// The files of the package that holds a chapter's solutions, by their paths within it.
pub(super) struct Solutions(BTreeMap<PathBuf, Vec<u8>>);

/// The package of one mutant.
pub(super) struct Package {
    /// As Cargo knows it.
    pub(super) name: String,
    /// From the root. It lies beside the solutions' own, so that each path which leads out
    /// of that leads to the same place from here.
    pub(super) folder: String,
    pub(super) files: Vec<Made>,
}

impl Solutions {
    pub(super) fn read(root: &Path, chapter: &Chapter) -> io::Result<Self> {
        let folder = root.join("solutions").join(&chapter.folder);
        let mut files = BTreeMap::new();
        read_below(&folder, Path::new(""), &mut files)?;
        Ok(Self(files))
    }

    /// The solution of an exercise.
    pub(super) fn text(&self, exercise: &Exercise) -> Option<String> {
        let bytes = self.0.get(&source(exercise))?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The package with `text` in place of the solution of `exercise`, and with the checks
    /// of that exercise only. Its library has the same name, for the checks call it by it.
    pub(super) fn with(
        &self,
        exercise: &Exercise,
        text: String,
        number: usize,
    ) -> Package {
        let (chapter, about) = (&exercise.chapter, &exercise.about);
        let folder = format!("solutions/{chapter}-{}-{number}", about.name);
        let original = exercise.solution_package();
        let name = format!("{original}-{}-{number}", about.name);
        let target = Path::new("tests").join(format!("{}.rs", about.name));
        let mut files = self.0.clone();
        files.retain(|path, _| path.parent() != target.parent() || *path == target);
        files.remove(Path::new("mutants.toml"));
        files.insert(source(exercise), text.into_bytes());
        if let Some(manifest) = files.get_mut(Path::new("Cargo.toml")) {
            let text = String::from_utf8_lossy(manifest);
            *manifest = renamed(&text, &original, &name).into_bytes();
        }
        let made = |(path, bytes)| (Path::new(&folder).join(path), bytes);
        let files = files.into_iter().map(made).collect();
        Package {
            name,
            folder,
            files,
        }
    }
}

/// Reads the files in `folder/below`, and in the folders there.
fn read_below(
    folder: &Path,
    below: &Path,
    files: &mut BTreeMap<PathBuf, Vec<u8>>,
) -> io::Result<()> {
    for path in entries(&folder.join(below))? {
        let Some(name) = path.file_name() else {
            continue;
        };
        let below = below.join(name);
        if path.is_dir() {
            read_below(folder, &below, files)?;
        } else {
            files.insert(below, fs::read(path)?);
        }
    }
    Ok(())
}

fn source(exercise: &Exercise) -> PathBuf {
    Path::new("src").join(format!("{}.rs", exercise.about.name))
}

/// The manifest of a package that is called otherwise, while its library is not. It has no
/// `[lib]` so far: a library is called as its package is.
fn renamed(manifest: &str, from: &str, to: &str) -> String {
    let line = |name: &str| format!("name = \"{name}\"");
    let manifest = manifest.replacen(&line(from), &line(to), 1);
    format!("{manifest}\n[lib]\n{}\n", line(&from.replace('-', "_")))
}
