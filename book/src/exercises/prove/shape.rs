//! What can be seen without running anything: that every exercise is whole and in its
//! place, that nothing lies around unused, and that the pristine copies are current.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::super::catalogue::{Catalogue, Chapter, Exercise};
use super::super::pristine::{self, Pristine};
use crate::problem::{Problem, slashes};
use crate::workspace::entries;

const RECORD: &str =
    "when the course's own text has changed: cargo run -- prove --record";

pub(super) fn check(catalogue: &Catalogue) -> anyhow::Result<Vec<Problem>> {
    let root = &catalogue.root;
    let pages = pages(root)?;
    let mut problems = Vec::new();
    for chapter in &catalogue.chapters {
        for exercise in &chapter.exercises {
            problems.extend(whole(root, exercise));
            problems.extend(placed(chapter, exercise, &pages));
        }
        problems.extend(unused(root, chapter)?);
        problems.extend(current(root, chapter)?);
    }
    Ok(problems)
}

/// The statement, the hints, the time, and all files.
fn whole(root: &Path, exercise: &Exercise) -> Vec<Problem> {
    let about = &exercise.about;
    let name = &about.name;
    let list = format!("exercises/{}/exercises.toml", exercise.chapter);
    let mut problems = Vec::new();
    let solution = exercise.file().replacen("exercises/", "solutions/", 1);
    let solved_by = exercise.target().replacen("exercises/", "solutions/", 1);
    for file in [
        exercise.file(),
        exercise.target(),
        exercise.checks(),
        solution,
        solved_by,
    ] {
        if !root.join(&file).is_file() {
            let what = format!("`{name}` has no {file}");
            problems.push(Problem::new(
                &list,
                what,
                "write it, or take the exercise out",
            ));
        }
    }
    if exercise
        .statement(root)
        .is_ok_and(|statement| statement.is_empty())
    {
        let remedy = "begin the file with `//!` and what is asked";
        let what = format!("`{name}` has no statement");
        problems.push(Problem::new(exercise.file(), what, remedy));
    }
    let hints = about
        .hints
        .iter()
        .filter(|hint| !hint.trim().is_empty())
        .count();
    if hints != 2 {
        let what = format!("`{name}` has {hints} hints, not 2");
        let remedy = "write a gentle one, and one that is nearly the answer";
        problems.push(Problem::new(&list, what, remedy));
    }
    if about.title.trim().is_empty() || about.minutes == 0 {
        let what = format!("`{name}` lacks a title or its minutes");
        problems.push(Problem::new(&list, what, "a reader plans with both"));
    }
    problems
}

/// The text of every page.
fn pages(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut pages = Vec::new();
    for path in entries(&root.join("book/text"))? {
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(fs::read_to_string(path)?);
        }
    }
    Ok(pages)
}

/// Whether a page shows the exercise.
fn placed(chapter: &Chapter, exercise: &Exercise, pages: &[String]) -> Option<Problem> {
    let name = &exercise.about.name;
    let directive = format!("{{{{#exercise {} {name}}}}}", chapter.number());
    let shown = |page: &String| page.lines().any(|line| line.trim() == directive);
    (!pages.iter().any(shown)).then(|| {
        let page = format!("book/text/{}.md", chapter.folder);
        let remedy = format!("write `{directive}` on a line of its own in {page}");
        Problem::new(page, format!("no page shows the exercise `{name}`"), remedy)
    })
}

/// Files of exercises that belong to none, and snapshots that no check reads.
fn unused(root: &Path, chapter: &Chapter) -> anyhow::Result<Vec<Problem>> {
    let folder = format!("exercises/{}", chapter.folder);
    let known: BTreeSet<String> = chapter
        .exercises
        .iter()
        .flat_map(|exercise| [exercise.file(), exercise.target(), exercise.checks()])
        .collect();
    let mut problems = Vec::new();
    for place in ["src", "tests", "tests/checks"] {
        for path in entries(&root.join(&folder).join(place))? {
            let file = slashes(path.strip_prefix(root).unwrap_or(&path));
            let named = path.file_name().is_some_and(|name| {
                name.to_string_lossy().starts_with('e')
                    && name.to_string_lossy().ends_with(".rs")
            });
            if named && path.is_file() && !known.contains(&file) {
                let remedy = format!("add it to {folder}/exercises.toml, or delete it");
                problems.push(Problem::new(
                    &file,
                    format!("{file} belongs to no exercise"),
                    remedy,
                ));
            }
        }
    }
    let mut read = BTreeSet::new();
    for exercise in &chapter.exercises {
        let checks = pristine::read(root, &exercise.checks()).unwrap_or_default();
        read.extend(
            exercise
                .snapshots(root)?
                .into_iter()
                .filter(|file| reads(&checks, file)),
        );
    }
    for path in entries(&root.join(&folder).join("tests/checks/snapshots"))? {
        let file = slashes(path.strip_prefix(root).unwrap_or(&path));
        if !read.contains(&file) {
            let what = format!("no check reads the snapshot {file}");
            problems.push(Problem::new(&file, what, "delete it, or use it"));
        }
    }
    Ok(problems)
}

/// Whether the checks name the snapshot: `e1_a__checks__request.snap` is `"request"`.
fn reads(checks: &str, snapshot: &str) -> bool {
    let name = snapshot
        .rsplit("__")
        .next()
        .and_then(|name| name.strip_suffix(".snap"));
    name.is_some_and(|name| checks.contains(&format!("\"{name}\"")))
}

/// Whether what was recorded is what there is.
fn current(root: &Path, chapter: &Chapter) -> anyhow::Result<Option<Problem>> {
    let path = pristine::path(root, &chapter.folder);
    let file = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
    let Ok(now) = Pristine::of(root, chapter) else {
        return Ok(None); // A file is missing, which is a problem of its own already.
    };
    let problem = match Pristine::load(root, &chapter.folder)? {
        Some(recorded) if recorded == now => None,
        Some(recorded) => {
            let changed = recorded.differing(&now).join(", ");
            let what = format!("the pristine copies are not current: {changed}");
            Some(Problem::new(file, what, RECORD))
        }
        None => {
            let what = format!("there are no pristine copies of {}", chapter.folder);
            Some(Problem::new(file, what, "cargo run -- prove --record"))
        }
    };
    Ok(problem)
}
