//! Checks exercises in their order, up to the first that is open.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anstream::{print, println};
use anstyle::{AnsiColor, Style};

use super::Selection;
use super::build::Build;
use super::catalogue::{Catalogue, Exercise};
use super::pristine::{self, Pristine};
use super::progress::{Progress, State};
use super::target::{Verdicts, run};

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const OPEN: Style = AnsiColor::Yellow.on_default().bold();

/// When a run of one exercise's checks is given up. Each scenario has a deadline of 10 s
/// of its own that says what it waits for; this one is for a loop that never waits.
pub(super) const DEADLINE: Duration = Duration::from_secs(20);

/// What one exercise came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// All checks pass: so many.
    Solved(usize),
    /// Some checks fail, or it hangs.
    Open(Verdicts),
    /// It does not compile; the compiler's words.
    DoesNotCompile(String),
    /// These files are not those of the course, so nothing was judged.
    ChangedJudges(Vec<String>),
}

pub(super) fn command(
    catalogue: &Catalogue,
    selection: &Selection,
) -> anyhow::Result<ExitCode> {
    let exercises = catalogue.select(selection)?;
    let solved = walk(catalogue, &exercises, selection.chapter.is_none())?;
    Ok(match solved {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Checks one after the other and stops at the first open one. `skip` leaves out what is
/// known to be solved and has not changed since.
pub(super) fn walk(
    catalogue: &Catalogue,
    exercises: &[&Exercise],
    skip: bool,
) -> anyhow::Result<bool> {
    let root = &catalogue.root;
    let mut progress = Progress::load(root);
    for (number, exercise) in exercises.iter().enumerate() {
        if skip && progress.state(root, exercise) == State::Solved {
            print_line(exercise, GOOD, "solved", "");
            continue;
        }
        let waiting = Waiting::start(exercise);
        let judgement = judge(root, None, exercise);
        drop(waiting);
        let judgement = judgement?;
        let solved = matches!(judgement, Judgement::Solved(_));
        progress.set_solved(root, exercise, solved);
        progress.save(root)?;
        print_judgement(exercise, &judgement);
        if !solved {
            print_bar(number, exercises.len());
            return Ok(false);
        }
    }
    print_bar(exercises.len(), exercises.len());
    Ok(true)
}

/// Builds and runs one exercise's checks; `target` is where Cargo builds them, if that is
/// not for Cargo to decide.
pub(super) fn judge(
    root: &Path,
    target: Option<&Path>,
    exercise: &Exercise,
) -> anyhow::Result<Judgement> {
    if let Some(pristine) = Pristine::load(root, &exercise.chapter)? {
        let changed = pristine.changed_judges(root, exercise)?;
        if !changed.is_empty() {
            return Ok(Judgement::ChangedJudges(changed));
        }
    }
    let colour = colour();
    let name = &exercise.about.name;
    let build = Build {
        root,
        target,
        colour,
    };
    let built = build.tests(&[exercise.package()], Some(name))?;
    let folder = format!("exercises/{}", exercise.chapter);
    let Some(executable) = built.test(&folder, name) else {
        let errors: Vec<String> =
            built.errors.into_iter().map(|(_, text)| text).collect();
        return Ok(Judgement::DoesNotCompile(errors.concat()));
    };
    let mut verdicts = run(executable, root, &folder, DEADLINE, colour)?;
    // The checks are written in the order in which a reader gets there; libtest reports
    // in the order in which they end.
    let checks = pristine::read(root, &exercise.checks())?;
    verdicts.failed.sort_by_key(|(name, _)| {
        let name = name.rsplit("::").next().unwrap_or(name);
        checks.find(&format!("fn {name}("))
    });
    let solved =
        verdicts.failed.is_empty() && !verdicts.hung && !verdicts.passed.is_empty();
    Ok(match solved {
        true => Judgement::Solved(verdicts.passed.len()),
        false => Judgement::Open(verdicts),
    })
}

/// Whether what runs on our behalf may use colour: as we may.
fn colour() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

fn print_judgement(exercise: &Exercise, judgement: &Judgement) {
    match judgement {
        Judgement::Solved(checks) => {
            print_line(exercise, GOOD, "solved", &format!("{checks} checks pass"));
            return;
        }
        Judgement::Open(verdicts) => {
            let all = verdicts.passed.len() + verdicts.failed.len();
            let passed = verdicts.passed.len();
            let count = match verdicts.hung {
                true => format!("{passed} checks pass, and one never ends"),
                false => format!("{passed} of {all} checks pass"),
            };
            print_line(exercise, OPEN, "open", &count);
            print_verdicts(verdicts);
        }
        Judgement::DoesNotCompile(errors) => {
            print_line(exercise, OPEN, "open", "it does not compile yet");
            println!("\n{}", errors.trim_end());
        }
        Judgement::ChangedJudges(files) => {
            print_line(exercise, OPEN, "not judged", "");
            println!(
                "\nThese files judge the exercise, and they are not the course's:"
            );
            files.iter().for_each(|file| println!("  {file}"));
            println!(
                "Bring them back (yours are kept in a backup):\n  {BOLD}{} --checks{BOLD:#}",
                exercise.command("reset")
            );
            return;
        }
    }
    println!("\nYour file: {BOLD}{}{BOLD:#}", exercise.file());
    println!("A hint:    {BOLD}{}{BOLD:#}", exercise.command("hint"));
}

/// The first failure in full, the others by name.
fn print_verdicts(verdicts: &Verdicts) {
    if verdicts.hung {
        let seconds = DEADLINE.as_secs();
        println!("\nIt was not done after {seconds} s: a loop in it never ends.");
    }
    let Some((name, message)) = verdicts.failed.first() else {
        return;
    };
    println!("\n{OPEN}✗ {}{OPEN:#}", sentence(name));
    for line in readable(message).lines() {
        match line {
            "" => println!(),
            line => println!("  {line}"),
        }
    }
    let others = &verdicts.failed[1..];
    if !others.is_empty() {
        println!("\n{DIM}These fail as well:{DIM:#}");
        for (name, _) in others {
            println!("  {DIM}✗ {}{DIM:#}", sentence(name));
        }
    }
}

/// `checks::a_body_is_cut` as `a body is cut`.
fn sentence(test: &str) -> String {
    let name = test.rsplit("::").next().unwrap_or(test);
    name.replace('_', " ")
}

/// A panic's message without the thread that it happened on, nor the hint's command, which
/// comes at the end anyway.
fn readable(message: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in message.lines() {
        let plain = anstream::adapter::strip_str(line).to_string();
        if plain.starts_with("A hint: cargo run -- hint") {
            continue;
        }
        let place = line
            .strip_prefix("thread '")
            .and_then(|rest| rest.split_once(" panicked at "))
            .map(|(_, place)| format!("{DIM}{}{DIM:#}", place.trim_end_matches(':')));
        lines.push(place.unwrap_or_else(|| line.to_owned()));
    }
    lines.join("\n").trim_end().to_owned()
}

fn print_line(exercise: &Exercise, style: Style, state: &str, note: &str) {
    let (chapter, short) = (exercise.chapter_short(), exercise.short());
    let title = &exercise.about.title;
    let note = if note.is_empty() {
        String::new()
    } else {
        format!("  {DIM}{note}{DIM:#}")
    };
    println!(
        "{style}{state:>10}{style:#}  {chapter} {short}  {BOLD}{title}{BOLD:#}{note}"
    );
}

/// How far one is, when there was more than one exercise to check.
fn print_bar(solved: usize, all: usize) {
    if all > 1 {
        println!("\n{}", bar(solved, all));
    }
}

/// `[██████░░░░] 6 of 10 solved`
fn bar(solved: usize, all: usize) -> String {
    const WIDTH: usize = 30;
    let full = (WIDTH * solved).checked_div(all).unwrap_or(WIDTH);
    let bar = "█".repeat(full) + &"░".repeat(WIDTH - full);
    format!("{bar}  {solved} of {all} solved")
}

/// A line that says what is being done, on a terminal, for as long as it takes.
struct Waiting {
    /// How many characters are to be wiped.
    width: usize,
}

impl Waiting {
    fn start(exercise: &Exercise) -> Self {
        if !io::stdout().is_terminal() {
            return Self { width: 0 };
        }
        let (chapter, short) = (exercise.chapter_short(), exercise.short());
        let line = format!("  checking  {chapter} {short}  {}", exercise.about.title);
        print!("{DIM}{line}{DIM:#}");
        flush();
        Self {
            width: line.chars().count(),
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // With blanks: an escape sequence is not printed where there is no colour.
        if self.width > 0 {
            print!("\r{:width$}\r", "", width = self.width);
            flush();
        }
    }
}

fn flush() {
    // A line that tells of progress is no reason to fail.
    let _ = io::Write::flush(&mut io::stdout());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_made_readable() {
        let message = "thread 'checks::a' (7) panicked at src/e1.rs:3:5:\n\
                       not yet implemented: do it\n\nA hint: cargo run -- hint ex00 e1";
        let plain = anstream::adapter::strip_str(&readable(message)).to_string();
        assert_eq!(plain, "src/e1.rs:3:5\nnot yet implemented: do it");
    }

    #[test]
    fn a_tests_name_is_a_sentence() {
        assert_eq!(
            sentence("checks::a_line_end_is_two_bytes"),
            "a line end is two bytes"
        );
    }

    #[test]
    fn the_bar_is_as_full_as_the_work_is_done() {
        assert_eq!(bar(0, 3), "░".repeat(30) + "  0 of 3 solved");
        assert_eq!(
            bar(1, 3),
            "█".repeat(10) + &"░".repeat(20) + "  1 of 3 solved"
        );
        assert_eq!(bar(0, 0), "█".repeat(30) + "  0 of 0 solved");
    }
}
