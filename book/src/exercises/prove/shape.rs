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
            problems.extend(files(root, exercise));
            problems.extend(whole(root, exercise));
            problems.extend(placed(root, chapter, exercise, &pages));
        }
        problems.extend(stray_files(root, chapter)?);
        problems.extend(unread_snapshots(root, chapter)?);
        problems.extend(current(root, chapter)?);
    }
    Ok(problems)
}

/// The files that it consists of.
fn files(root: &Path, exercise: &Exercise) -> Vec<Problem> {
    let of_the_solution = |file: String| file.replacen("exercises/", "solutions/", 1);
    let all = [
        exercise.file(),
        exercise.target(),
        exercise.checks(),
        of_the_solution(exercise.file()),
        of_the_solution(exercise.target()),
    ];
    let missing = all.iter().filter(|file| !root.join(file).is_file());
    let problem = |file: &String| {
        let what = format!("`{}` has no {file}", exercise.about.name);
        Problem::new(list(exercise), what, "write it, or take the exercise out")
    };
    missing.map(problem).collect()
}

fn list(exercise: &Exercise) -> String {
    format!("exercises/{}/exercises.toml", exercise.chapter)
}

/// The statement, the hints, the title and the time.
fn whole(root: &Path, exercise: &Exercise) -> Vec<Problem> {
    let about = &exercise.about;
    let name = &about.name;
    let mut problems = Vec::new();
    if exercise.statement(root).is_ok_and(|text| text.is_empty()) {
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
        let what = format!("`{name}` does not have two hints: {hints}");
        let remedy = "write a gentle one, and one that is nearly the answer";
        problems.push(Problem::new(list(exercise), what, remedy));
    }
    if about.title.trim().is_empty() || about.minutes == 0 {
        let what = format!("`{name}` lacks a title or its minutes");
        problems.push(Problem::new(
            list(exercise),
            what,
            "a reader plans with both",
        ));
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

/// Whether a page shows the exercise. A chapter whose page is not written yet has no place
/// for it.
fn placed(
    root: &Path,
    chapter: &Chapter,
    exercise: &Exercise,
    pages: &[String],
) -> Option<Problem> {
    let name = &exercise.about.name;
    let page = format!("book/text/{}.md", chapter.folder);
    if !root.join(&page).is_file() {
        return None;
    }
    let directive = format!("{{{{#exercise {} {name}}}}}", chapter.number());
    let shown = |page: &String| page.lines().any(|line| line.trim() == directive);
    (!pages.iter().any(shown)).then(|| {
        let remedy = format!("write `{directive}` on a line of its own in {page}");
        Problem::new(page, format!("no page shows the exercise `{name}`"), remedy)
    })
}

/// Files of exercises that belong to none.
fn stray_files(root: &Path, chapter: &Chapter) -> anyhow::Result<Vec<Problem>> {
    let folder = format!("exercises/{}", chapter.folder);
    let exercises = chapter.exercises.iter();
    let known: BTreeSet<String> = exercises
        .flat_map(|exercise| [exercise.file(), exercise.target(), exercise.checks()])
        .collect();
    let mut problems = Vec::new();
    for place in ["src", "tests", "tests/checks"] {
        for path in entries(&root.join(&folder).join(place))? {
            let file = slashes(path.strip_prefix(root).unwrap_or(&path));
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if is_of_an_exercise(&name) && !known.contains(&file) {
                let what = format!("{file} belongs to no exercise");
                let remedy = format!("add it to {folder}/exercises.toml, or delete it");
                problems.push(Problem::new(&file, what, remedy));
            }
        }
    }
    Ok(problems)
}

/// `e1_times.rs`: an `e`, a number, and an underscore.
fn is_of_an_exercise(name: &str) -> bool {
    let rest = name.strip_prefix('e').filter(|_| name.ends_with(".rs"));
    let number = rest.and_then(|rest| rest.split_once('_'));
    number.is_some_and(|(number, _)| number.parse::<u32>().is_ok())
}

/// Snapshots that no check reads.
fn unread_snapshots(root: &Path, chapter: &Chapter) -> anyhow::Result<Vec<Problem>> {
    let mut read = BTreeSet::new();
    for exercise in &chapter.exercises {
        let checks = pristine::read(root, &exercise.checks()).unwrap_or_default();
        let snapshots = exercise.snapshots(root)?.into_iter();
        read.extend(snapshots.filter(|file| reads(&checks, file)));
    }
    let folder = format!("exercises/{}/tests/checks/snapshots", chapter.folder);
    let mut problems = Vec::new();
    for path in entries(&root.join(folder))? {
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
