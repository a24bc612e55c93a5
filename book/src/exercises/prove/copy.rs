//! A copy of the workspace to work on.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::workspace::entries;

/// What is not copied, beside what was built: version control, and what is a reader's.
const LEFT_OUT: [&str; 3] = [".git", super::super::progress::FOLDER, "node_modules"];

/// How the copy is built. Nobody debugs what comes of it, and a program for each mutant
/// takes a sixth of the space without what a debugger wants.
const CONFIG: &str =
    "[profile.dev]\ndebug = false\nincremental = false\nstrip = true\n";

/// A file that only the copy has: its path from the root, and what is in it.
pub(super) type Made = (PathBuf, Vec<u8>);

/// Brings the copy up to date with `root` and what is made for it. Only what has changed is
/// written, so that Cargo builds only that anew.
pub(super) fn refresh<'a>(
    root: &Path,
    copy: &Path,
    made: impl Iterator<Item = &'a Made>,
) -> anyhow::Result<()> {
    write(root, copy, made)
        .with_context(|| format!("cannot copy the workspace to {}", copy.display()))
}

/// Tells Cargo how to build the copy. Beside it and not in it: Cargo looks in the folders
/// above as well, and what the workspace says itself comes first.
pub(super) fn configure(copy: &Path) -> io::Result<()> {
    let folder = copy.with_file_name(".cargo");
    fs::create_dir_all(&folder)?;
    write_if_changed(&folder.join("config.toml"), CONFIG.as_bytes())
}

fn write<'a>(
    root: &Path,
    copy: &Path,
    made: impl Iterator<Item = &'a Made>,
) -> io::Result<()> {
    let mut kept = BTreeSet::new();
    mirror(root, copy, &mut kept)?;
    for (file, bytes) in made {
        let path = copy.join(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        write_if_changed(&path, bytes)?;
        kept.insert(path);
    }
    prune(copy, &kept)?;
    Ok(())
}

fn mirror(from: &Path, to: &Path, kept: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    fs::create_dir_all(to)?;
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
            mirror(&path, &copy, kept)?;
        } else {
            write_if_changed(&copy, &fs::read(&path)?)?;
            kept.insert(copy);
        }
    }
    Ok(())
}

/// Removes the files that are not kept, and the folders that this leaves empty. Says
/// whether anything is left of this one.
fn prune(folder: &Path, kept: &BTreeSet<PathBuf>) -> io::Result<bool> {
    let mut left = false;
    for path in entries(folder)? {
        if path.is_dir() {
            left |= prune(&path, kept)?;
        } else if kept.contains(&path) {
            left = true;
        } else {
            fs::remove_file(path)?;
        }
    }
    if !left {
        fs::remove_dir(folder)?;
    }
    Ok(left)
}

/// Writes a file unless it holds these bytes already.
pub(super) fn write_if_changed(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::write(path, bytes)
}
