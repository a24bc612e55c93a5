//! Rebuilding: the sources are looked at a few times a second, and built when one changed.
//!
//! Modification times are polled because that works alike on three systems, in containers
//! and on network drives; a look at a few hundred files takes about a millisecond.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anstream::{eprintln, println};
use anstyle::Style;

use super::files::Site;
use super::live::Live;
use crate::problem::coloured;
use crate::site::{Options, build};
use crate::workspace::{Workspace, entries};

const INTERVAL: Duration = Duration::from_millis(200);

type Stamps = BTreeMap<PathBuf, (SystemTime, u64)>;

/// Builds now, and again whenever a source changes, on a thread of its own that ends with
/// the process.
pub(super) fn spawn(workspace: Workspace, live: Arc<Live>) -> io::Result<()> {
    thread::Builder::new()
        .name("builder".to_owned())
        .spawn(move || {
            let mut before = stamps(&workspace);
            rebuild(&workspace, &live, None);
            loop {
                thread::sleep(INTERVAL);
                let now = stamps(&workspace);
                if let Some(path) = difference(&before, &now) {
                    let path = workspace.relative(path);
                    before = now;
                    rebuild(&workspace, &live, Some(&path));
                }
            }
        })
        .map(drop)
}

fn rebuild(workspace: &Workspace, live: &Live, changed: Option<&Path>) {
    let started = Instant::now();
    let dim = Style::new().dimmed();
    match attempt(workspace) {
        Ok(site) => {
            live.succeeded(site);
            if let Some(path) = changed {
                println!(
                    "  {dim}{} changed: rebuilt in {} ms{dim:#}",
                    path.display(),
                    started.elapsed().as_millis()
                );
            }
        }
        Err(error) => {
            let text = format!("{error:#}");
            eprintln!("\n{}", coloured(&text));
            if live.site().is_some() {
                eprintln!("{dim}the last good build stays{dim:#}");
            }
            live.failed(text);
        }
    }
}

fn attempt(workspace: &Workspace) -> anyhow::Result<Site> {
    let folder = tempfile::tempdir()?;
    let site = folder.path().join("site");
    build(workspace, &site, Options { live: true })?;
    Ok(Site::read(&site)?)
}

/// A file that is new, gone or changed.
fn difference<'a>(before: &'a Stamps, now: &'a Stamps) -> Option<&'a Path> {
    let changed = now
        .iter()
        .find(|(path, stamp)| before.get(*path) != Some(*stamp));
    let gone = before.keys().find(|path| !now.contains_key(*path));
    changed
        .map(|(path, _)| path.as_path())
        .or(gone.map(PathBuf::as_path))
}

/// What the pages are made of: pages, theme, and the sources they quote.
fn stamps(workspace: &Workspace) -> Stamps {
    let mut stamps = Stamps::new();
    for part in [
        "book/book.toml",
        "book/text",
        "book/theme",
        "chapters",
        "exercises",
    ] {
        stamp(&workspace.root().join(part), &mut stamps);
    }
    stamps
}

fn stamp(path: &Path, stamps: &mut Stamps) {
    let Ok(metadata) = path.metadata() else {
        // Gone between the listing of its folder and now: the next look shows it.
        return;
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if metadata.is_dir() {
        if name != "target" && !name.starts_with('.') {
            for path in entries(path).unwrap_or_default() {
                stamp(&path, stamps);
            }
        }
    } else if !name.starts_with('.') && !name.ends_with('~') {
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        stamps.insert(path.to_path_buf(), (modified, metadata.len()));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_changed_a_new_and_a_missing_file_are_seen() {
        let root = tempfile::tempdir().expect("a folder");
        let text = root.path().join("book/text");
        fs::create_dir_all(&text).expect("made");
        fs::write(text.join("a.md"), "a").expect("written");
        let workspace = Workspace::at(root.path());
        let first = stamps(&workspace);
        assert_eq!(difference(&first, &stamps(&workspace)), None);

        fs::write(text.join("a.md"), "longer").expect("written");
        let second = stamps(&workspace);
        assert_eq!(
            difference(&first, &second),
            Some(text.join("a.md").as_path())
        );

        fs::write(text.join("b.md"), "b").expect("written");
        let third = stamps(&workspace);
        assert_eq!(
            difference(&second, &third),
            Some(text.join("b.md").as_path())
        );

        fs::remove_file(text.join("b.md")).expect("removed");
        let fourth = stamps(&workspace);
        assert_eq!(
            difference(&third, &fourth),
            Some(text.join("b.md").as_path())
        );
    }

    #[test]
    fn what_editors_leave_behind_is_ignored() {
        let root = tempfile::tempdir().expect("a folder");
        let text = root.path().join("book/text");
        fs::create_dir_all(&text).expect("made");
        for name in [".a.md.swp", "a.md~"] {
            fs::write(text.join(name), "x").expect("written");
        }
        assert_eq!(stamps(&Workspace::at(root.path())), Stamps::new());
    }
}
