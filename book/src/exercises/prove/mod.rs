//! The proofs: what the course promises about its exercises, shown by running it.
//!
//! * Every starter compiles without a warning, and each of its tests fails, soon, with a
//!   message about the task.
//! * Every solution passes the same tests.
//! * Every mutant, a plausible wrong solution, fails with the message meant for it.
//! * Every exercise has a statement, two hints and a place in the book; every check and
//!   snapshot is used; the pristine copies are current.
//!
//! All of it happens in a copy of the workspace below the target folder: what a reader has
//! written is neither judged nor touched. The copy is kept, and what was built in it: what
//! has not changed since the last proof is run again, but not built again.

mod copy;
mod mutants;
mod shape;
mod solutions;
mod starters;

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anstream::{eprintln, println};

use super::build::{Build, Built};
use super::catalogue::{Catalogue, Exercise};
use super::check::{BOLD, DEADLINE, GOOD};
use super::pristine::Pristine;
use super::target::{Verdicts, run};
use crate::problem::Problem;
use mutants::Mutants;

/// What a proof works on.
struct Proof<'a> {
    /// The workspace to be proved.
    root: &'a Path,
    /// Its copy.
    copy: PathBuf,
    /// Where the copy is built: not in the target folder of the original. Cargo knows
    /// packages by their path within the workspace, and would take the one's for the
    /// other's.
    target: PathBuf,
    /// When a run of one exercise's checks is given up.
    deadline: Duration,
    /// Told what is being done.
    say: &'a dyn Fn(&str),
}

/// A part of the proof that runs the checks of every exercise once.
struct Stage {
    name: &'static str,
    /// `exercises` or `solutions`.
    folder: &'static str,
    /// What is said when all is well.
    praise: fn(&Verdicts) -> String,
}

pub(super) fn command(root: &Path, record: bool) -> anyhow::Result<ExitCode> {
    if record {
        return record_pristine(root);
    }
    let target = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), PathBuf::from);
    let start = Instant::now();
    let say = |line: &str| println!("{line}");
    let problems = Proof::new(root, &target, &say)?.run()?;
    for problem in &problems {
        eprintln!("\n{problem}");
    }
    let seconds = start.elapsed().as_secs_f32();
    if problems.is_empty() {
        println!("\n{GOOD}proved{GOOD:#} in {seconds:.0} s");
        return Ok(ExitCode::SUCCESS);
    }
    let (count, plural) = (problems.len(), if problems.len() == 1 { "" } else { "s" });
    eprintln!("\n{BOLD}not proved: {count} failure{plural}{BOLD:#}, {seconds:.0} s");
    Ok(ExitCode::FAILURE)
}

fn record_pristine(root: &Path) -> anyhow::Result<ExitCode> {
    for chapter in &Catalogue::load(root)?.chapters {
        Pristine::of(root, chapter)?.save(root, &chapter.folder)?;
        println!("recorded  {}", chapter.folder);
    }
    Ok(ExitCode::SUCCESS)
}

impl<'a> Proof<'a> {
    /// A proof of the workspace at `root` that works in a folder below `target`.
    fn new(root: &'a Path, target: &Path, say: &'a dyn Fn(&str)) -> io::Result<Self> {
        let folder = std::path::absolute(target)?.join("prove");
        let (copy, target) = (folder.join("workspace"), folder.join("target"));
        Ok(Self {
            root,
            copy,
            target,
            deadline: DEADLINE,
            say,
        })
    }

    /// Everything that does not hold, in the order in which it was found.
    fn run(&self) -> anyhow::Result<Vec<Problem>> {
        let catalogue = Catalogue::load(self.root)?;
        let mut problems = shape::check(&catalogue)?;
        let mutants = Mutants::load(&catalogue)?;
        let made = mutants.iter().flat_map(Mutants::files);
        copy::refresh(self.root, &self.copy, made)?;
        copy::configure(&self.copy)?;
        problems.extend(starters::check(self, &catalogue)?);
        problems.extend(solutions::check(self, &catalogue)?);
        let packages = packages(&catalogue, "sol");
        for mutants in &mutants {
            problems.extend(mutants.check(self, &packages)?);
        }
        Ok(problems)
    }

    /// How the copy is built.
    fn build(&self) -> Build<'_> {
        Build {
            root: &self.copy,
            target: Some(&self.target),
            colour: false,
        }
    }

    /// Builds the packages with this prefix.
    fn built(&self, catalogue: &Catalogue, prefix: &str) -> anyhow::Result<Built> {
        self.build().tests(&packages(catalogue, prefix), None)
    }

    /// Runs the checks of every exercise in the packages below `stage.folder`, and has what
    /// comes out judged.
    fn judge_all(
        &self,
        catalogue: &Catalogue,
        built: &Built,
        stage: &Stage,
        judge: impl Fn(&Exercise, &Verdicts) -> Vec<Problem>,
    ) -> anyhow::Result<Vec<Problem>> {
        let mut problems = Vec::new();
        for chapter in &catalogue.chapters {
            let folder = format!("{}/{}", stage.folder, chapter.folder);
            problems.extend(compile_errors(built, &folder));
            for exercise in &chapter.exercises {
                // A target that does not compile is named here, one that is missing before.
                let Some(executable) = built.test(&folder, &exercise.about.name) else {
                    continue;
                };
                let verdicts =
                    run(executable, &self.copy, &folder, self.deadline, false)?;
                let found = judge(exercise, &verdicts);
                let outcome = match found.is_empty() {
                    true => (stage.praise)(&verdicts),
                    false => "FAILED".to_owned(),
                };
                self.say(stage.name, exercise, &outcome);
                problems.extend(found);
            }
        }
        Ok(problems)
    }

    /// Says what came of one exercise, or of one mutant of it.
    fn say(&self, stage: &str, exercise: &Exercise, outcome: &str) {
        let (chapter, name) = (exercise.chapter_short(), &exercise.about.name);
        (self.say)(&format!("{stage:>9}  {chapter} {name:18} {outcome}"));
    }
}

/// The packages with this prefix, `ex` or `sol`, one for each chapter.
fn packages(catalogue: &Catalogue, prefix: &str) -> Vec<String> {
    let chapters = catalogue.chapters.iter();
    chapters
        .map(|chapter| format!("{prefix}{}", chapter.folder))
        .collect()
}

/// The compiler's errors about the package in `folder`, as one problem.
fn compile_errors(built: &Built, folder: &str) -> Option<Problem> {
    let errors = built.errors.iter().filter(|(package, _)| package == folder);
    let text = errors.map(|(_, text)| text.as_str()).collect::<String>();
    let file = format!("{folder}/src/lib.rs");
    (!text.is_empty())
        .then(|| Problem::new(file, "it does not compile", text.trim_end()))
}

#[cfg(test)]
mod tests;
