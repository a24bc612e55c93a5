//! The list of exercises, hints, and the way back to the beginning.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::{print, println};
use anyhow::{Context, bail};

use super::Selection;
use super::catalogue::{Catalogue, Exercise};
use super::check::{BOLD, DIM, GOOD, OPEN};
use super::pristine::{self, Pristine};
use super::progress::{FOLDER, Progress, State};

pub(super) fn list(catalogue: &Catalogue) -> anyhow::Result<ExitCode> {
    let progress = Progress::load(&catalogue.root);
    let mut solved = 0;
    for chapter in &catalogue.chapters {
        println!("{BOLD}ex{}{BOLD:#}", chapter.folder);
        for exercise in &chapter.exercises {
            let (style, state) = match progress.state(&catalogue.root, exercise) {
                State::Untouched => (DIM, "to do"),
                State::Begun => (OPEN, "begun"),
                State::Solved => (GOOD, "solved"),
            };
            solved += usize::from(state == "solved");
            let about = &exercise.about;
            let (kind, minutes) = (about.kind.name(), about.minutes);
            println!(
                "  {:4} {style}{state:7}{style:#} {kind:8} {minutes:>3} min  {}",
                exercise.short(),
                about.title
            );
        }
    }
    let all = catalogue.exercises().count();
    println!("\n{solved} of {all} solved, as far as `check` has seen them");
    println!("{DIM}The next one: cargo run -- check{DIM:#}");
    Ok(ExitCode::SUCCESS)
}

pub(super) fn hint(
    catalogue: &Catalogue,
    selection: &Selection,
) -> anyhow::Result<ExitCode> {
    let exercise = catalogue.select_one(selection)?;
    let hints = &exercise.about.hints;
    let mut progress = Progress::load(&catalogue.root);
    let number = progress.next_hint(exercise, hints.len());
    progress.save(&catalogue.root)?;
    println!("{BOLD}{}{BOLD:#}", exercise.about.title);
    for (i, hint) in hints.iter().enumerate().take(number) {
        println!(
            "\n{DIM}Hint {} of {}{DIM:#}\n{}",
            i + 1,
            hints.len(),
            wrap(hint)
        );
    }
    if number < hints.len() {
        println!("\n{DIM}Ask again for the next one.{DIM:#}");
    } else {
        let solution = exercise.file().replacen("exercises/", "solutions/", 1);
        println!("\n{DIM}That was the last. A solution is in {solution}.{DIM:#}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Lines of at most eighty characters; lines in a fence stay as they are.
fn wrap(text: &str) -> String {
    let mut out = String::new();
    let mut fenced = false;
    for line in text.trim().lines() {
        let fence = line.starts_with("```");
        fenced ^= fence;
        if fenced || fence {
            out += &format!("{line}\n");
            continue;
        }
        let mut column = 0;
        for word in line.split(' ') {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > 80 {
                out.push('\n');
                column = 0;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out += word;
            column += length;
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}

pub(super) fn reset(
    catalogue: &Catalogue,
    selection: &Selection,
    only_checks: bool,
    yes: bool,
) -> anyhow::Result<ExitCode> {
    let root = &catalogue.root;
    let exercise = catalogue.select_one(selection)?;
    let changed = changed(root, exercise, only_checks)?;
    if changed.is_empty() {
        println!(
            "{} is as the course has it: nothing to reset.",
            exercise.file()
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!("These go back to the course's text, and yours is kept in a backup:");
    changed.iter().for_each(|(file, _)| println!("  {file}"));
    if !yes && !confirmed()? {
        println!("Nothing was changed.");
        return Ok(ExitCode::FAILURE);
    }
    for (file, text) in changed {
        let backup = back_up(root, exercise, &file)?;
        if let Some(backup) = backup {
            println!("Your text is in {BOLD}{}{BOLD:#}", backup.display());
        }
        restore(&root.join(&file), text)?;
    }
    if !only_checks {
        let mut progress = Progress::load(root);
        progress.forget(exercise);
        progress.save(root)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The files of an exercise that are not the course's, with the course's text; no text is
/// for a file that the course does not have.
fn changed(
    root: &Path,
    exercise: &Exercise,
    only_checks: bool,
) -> anyhow::Result<Vec<(String, Option<String>)>> {
    let pristine = Pristine::load(root, &exercise.chapter)?.with_context(|| {
        let path = pristine::path(root, &exercise.chapter);
        format!(
            "{} is missing, so there is nothing to go back to",
            path.display()
        )
    })?;
    let mut files = pristine.changed_judges(root, exercise)?;
    if !only_checks && !pristine.is_same(root, &exercise.file()) {
        files.insert(0, exercise.file());
    }
    let with_text = |file: String| {
        let text = pristine.text(&file).map(str::to_owned);
        (file, text)
    };
    Ok(files.into_iter().map(with_text).collect())
}

fn confirmed() -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("nobody is there to answer: say `--yes` to go ahead");
    }
    print!("Go ahead? [y/N] ");
    anstream::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Copies a file into the reader's folder, under a number that is still free. Gives the
/// copy's path from the root, or nothing when there is no such file.
fn back_up(
    root: &Path,
    exercise: &Exercise,
    file: &str,
) -> anyhow::Result<Option<PathBuf>> {
    let from = root.join(file);
    if !from.exists() {
        return Ok(None);
    }
    let name = from.file_name().unwrap_or_default().to_string_lossy();
    let folder = Path::new(FOLDER).join("backups").join(&exercise.chapter);
    fs::create_dir_all(root.join(&folder))?;
    let free = (1..)
        .map(|n| folder.join(format!("{name}.{n}")))
        .find(|path| !root.join(path).exists())
        .expect("some number is free");
    fs::copy(&from, root.join(&free))
        .with_context(|| format!("cannot keep a copy of {file}: nothing was reset"))?;
    Ok(Some(free))
}

fn restore(path: &Path, text: Option<String>) -> anyhow::Result<()> {
    let result = match text {
        Some(text) => fs::write(path, text),
        None => fs::remove_file(path),
    };
    result.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn a_hint_is_wrapped_and_its_code_is_not() {
        let long = ["word"; 30].join(" ");
        let wrapped = wrap(&format!("{long}\n```\n{}\n```", "x".repeat(90)));
        let lines: Vec<usize> =
            wrapped.lines().map(|line| line.chars().count()).collect();
        assert_eq!(lines, [79, 69, 3, 90, 3]);
    }
}
