//! Where the book's sources are.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};

use crate::listing;
use crate::problem::slashes;

/// The root of the workspace: the folder that holds `book/book.toml`.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    parsed: Arc<Mutex<HashMap<PathBuf, Parsed>>>,
}

/// A source file and its items.
type Parsed = (String, Arc<[listing::Span]>);

impl Workspace {
    /// The workspace at `root`.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            parsed: Arc::default(),
        }
    }

    /// The workspace that `start` is in.
    ///
    /// # Errors
    ///
    /// When neither `start` nor a folder above it holds `book/book.toml`.
    pub fn around(start: &Path) -> anyhow::Result<Self> {
        let start = std::path::absolute(start)
            .with_context(|| format!("cannot resolve {}", start.display()))?;
        match start
            .ancestors()
            .find(|folder| folder.join("book/book.toml").is_file())
        {
            Some(root) => Ok(Self::at(root)),
            None => bail!(
                "no book here: neither {} nor a folder above it has book/book.toml\n\
                 run this inside the repository",
                start.display()
            ),
        }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// mdBook's root: `book/`.
    pub fn book(&self) -> PathBuf {
        self.root.join("book")
    }

    /// The pages: `book/text/`.
    pub(crate) fn text(&self) -> PathBuf {
        self.root.join("book/text")
    }

    /// A path as a message shows it: from the root, where it is under it.
    pub(crate) fn relative(&self, path: &Path) -> PathBuf {
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        PathBuf::from(slashes(relative))
    }

    /// The items of a source file. They are kept, and parsed again only when the file has
    /// changed: a server that rebuilds after an edit parses one file.
    pub(crate) fn items(
        &self,
        path: &Path,
        source: &str,
    ) -> syn::Result<Arc<[listing::Span]>> {
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, items)) = parsed.get(path).filter(|(known, _)| known == source)
        {
            return Ok(Arc::clone(items));
        }
        let items: Arc<[_]> = listing::items(source)?.into();
        parsed.insert(path.to_path_buf(), (source.to_owned(), Arc::clone(&items)));
        Ok(items)
    }

    /// Every recorded snapshot that a page must show: `chapters/*/tests/snapshots/*.snap`,
    /// from the root, in order.
    pub(crate) fn snapshots(&self) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for chapter in entries(&self.root.join("chapters"))? {
            for file in entries(&chapter.join("tests/snapshots"))? {
                if file
                    .extension()
                    .is_some_and(|extension| extension == "snap")
                {
                    found.push(self.relative(&file));
                }
            }
        }
        Ok(found)
    }
}

/// What a folder holds, sorted; nothing when there is no such folder.
pub(crate) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let read = match folder.read_dir() {
        Ok(read) => read,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let mut paths = read
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_parsed_again_when_it_has_changed() {
        let workspace = Workspace::at("/nowhere");
        let path = Path::new("a.rs");
        let names = |source: &str| -> Vec<String> {
            let items = workspace.items(path, source).expect("Rust");
            items.iter().map(|item| item.name.clone()).collect()
        };
        assert_eq!(names("fn f() {}"), ["f"]);
        assert_eq!(names("fn f() {}"), ["f"]);
        assert_eq!(names("fn g() {}"), ["g"]);
        assert!(workspace.items(path, "fn").is_err());
    }

    #[test]
    fn outside_the_repository_there_is_no_book() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = Workspace::around(folder.path()).expect_err("no book");
        assert!(error.to_string().starts_with("no book here:"), "{error}");
    }
}
