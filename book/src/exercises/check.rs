//! Checks exercises in their order, up to the first that is open.

mod report;

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::Selection;
use super::build::Build;
use super::catalogue::{Catalogue, Exercise};
use super::pristine::{self, Pristine};
use super::progress::{Progress, State};
use super::target::{Verdicts, run};
use report::{Waiting, print_bar, print_judgement, print_line};

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
