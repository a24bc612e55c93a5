//! Checks again whenever a file of the exercises is saved.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime};

use anstream::{eprintln, println};

use super::Selection;
use super::catalogue::Catalogue;
use super::check::{DIM, walk};
use crate::workspace::entries;

/// How often the files are looked at. Polling works on every system and every file system,
/// and a few hundred files cost less than a millisecond.
const GLANCE: Duration = Duration::from_millis(200);

pub(super) fn command(
    catalogue: &Catalogue,
    selection: &Selection,
) -> anyhow::Result<ExitCode> {
    let exercises = catalogue.select(selection)?;
    loop {
        // Looked at before the check: a save during it is not missed.
        let before = sources(&catalogue.root);
        // What fails here, such as a manifest with a mistake in it, is mended by a save.
        match walk(catalogue, &exercises, selection.chapter.is_none()) {
            Ok(true) => println!("All solved."),
            Ok(false) => {}
            Err(error) => eprintln!("{error:?}"),
        }
        println!("{DIM}\nwaiting for you to save; Ctrl-C ends{DIM:#}");
        while sources(&catalogue.root) == before {
            thread::sleep(GLANCE);
        }
        println!();
    }
}

type Stamp = (PathBuf, Option<SystemTime>, u64);

/// The sources, their times and sizes.
fn sources(root: &Path) -> Vec<Stamp> {
    let mut found = Vec::new();
    let mut folders = vec![root.join("exercises")];
    while let Some(folder) = folders.pop() {
        // What vanishes while it is looked at is seen by the next look.
        for path in entries(&folder).unwrap_or_default() {
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|ext| ext == "rs" || ext == "toml")
            {
                let data = fs::metadata(&path).ok();
                let time = data.as_ref().and_then(|data| data.modified().ok());
                found.push((path, time, data.map_or(0, |data| data.len())));
            }
        }
    }
    found
}
