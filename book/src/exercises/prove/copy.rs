//! A copy of the workspace to work on.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context as _;

use crate::workspace::entries;

/// What is not copied, beside what was built: version control, and what is a reader's.
const LEFT_OUT: [&str; 3] = [".git", super::super::progress::FOLDER, "node_modules"];

/// Brings the copy up to date with `root`. Only what has changed is written, so that Cargo
/// builds only that anew.
pub(super) fn refresh(root: &Path, copy: &Path) -> anyhow::Result<()> {
    mirror(root, copy)
        .with_context(|| format!("cannot copy the workspace to {}", copy.display()))
}

fn mirror(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let mut kept = Vec::new();
    for path in entries(from)? {
        let Some(name) = path.file_name() else {
            continue;
        };
        // Cargo tags what it builds into. What holds the copy is not copied either.
        let built = path.join("CACHEDIR.TAG").exists() || to.starts_with(&path);
        if built || LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let copy = to.join(name);
        if path.is_dir() {
            mirror(&path, &copy)?;
        } else {
            write_if_changed(&copy, &fs::read(&path)?)?;
        }
        kept.push(copy);
    }
    for stale in entries(to)?.iter().filter(|path| !kept.contains(path)) {
        if stale.is_dir() {
            fs::remove_dir_all(stale)?;
        } else {
            fs::remove_file(stale)?;
        }
    }
    Ok(())
}

/// Writes a file unless it holds these bytes already.
pub(super) fn write_if_changed(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::write(path, bytes)
}
