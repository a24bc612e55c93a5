//! Every plausible wrong solution fails with the message meant for it.
//!
//! In the copy each stands in a package of its own beside the solutions'. So those of a
//! chapter are built together, and those that have not changed since the last proof are not
//! built again; and none changes what the checks of another say, even where solutions have
//! code in common.

mod package;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use self::package::{Package, Solutions};
use super::super::build::Built;
use super::super::catalogue::{Catalogue, Chapter, Exercise};
use super::super::target::run;
use super::Proof;
use super::copy::Made;
use crate::problem::Problem;

/// How many plausible wrong answers an exercise foresees at least.
const FEWEST: usize = 2;

/// `solutions/NN-topic/mutants.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(default)]
    mutant: Vec<Mutant>,
}

/// A wrong solution: the right one with one piece of text replaced.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutant {
    exercise: String,
    name: String,
    find: String,
    replace: String,
    /// Words of the message that it must get.
    fails: String,
}

/// What is wrong with a mutant, and the remedy.
type Fault = (String, String);

/// The mutants of a chapter.
pub(super) struct Mutants<'a> {
    chapter: &'a Chapter,
    /// The file that lists them, from the root.
    list: String,
    listed: Vec<Mutant>,
    /// Where each of them stands, if it can stand anywhere.
    packages: Vec<Result<(&'a Exercise, Package), Fault>>,
}

impl<'a> Mutants<'a> {
    /// The mutants of each chapter.
    pub(super) fn load(catalogue: &'a Catalogue) -> anyhow::Result<Vec<Self>> {
        let chapters = catalogue.chapters.iter();
        chapters
            .map(|chapter| Self::of(&catalogue.root, chapter))
            .collect()
    }

    fn of(root: &Path, chapter: &'a Chapter) -> anyhow::Result<Self> {
        let list = format!("solutions/{}/mutants.toml", chapter.folder);
        let listed: Listed = match fs::read_to_string(root.join(&list)) {
            Ok(text) => toml::from_str(&text).with_context(|| format!("in {list}"))?,
            // Every exercise then lacks its mutants, and is named below.
            Err(_) => Listed::default(),
        };
        let listed = listed.mutant;
        let solutions = Solutions::read(root, chapter)?;
        let place = |(at, mutant): (usize, &Mutant)| {
            let before = &listed[..at];
            let number = before.iter().filter(|it| it.exercise == mutant.exercise);
            place(chapter, &solutions, mutant, number.count() + 1)
        };
        let packages = listed.iter().enumerate().map(place).collect();
        Ok(Self {
            chapter,
            list,
            packages,
            listed,
        })
    }

    fn packages(&self) -> impl Iterator<Item = &Package> {
        let placed = self.packages.iter().flatten();
        placed.map(|(_, package)| package)
    }

    /// What the copy needs for them.
    pub(super) fn files(&self) -> impl Iterator<Item = &Made> {
        self.packages().flat_map(|package| &package.files)
    }

    /// Builds and runs them all; `solutions` are the packages that hold the right ones.
    pub(super) fn check(
        &self,
        proof: &Proof<'_>,
        solutions: &[String],
    ) -> anyhow::Result<Vec<Problem>> {
        let mut problems = self.numbers();
        let built = self.build(proof, solutions)?;
        for (mutant, placed) in self.listed.iter().zip(&self.packages) {
            let fault = match placed {
                Ok((exercise, package)) => {
                    let fault = fault(proof, &built, mutant, package)?;
                    let outcome = fault.as_ref().map_or("caught", |_| "FAILED");
                    let outcome = format!("{outcome}  {}", mutant.name);
                    proof.say("mutant", exercise, &outcome);
                    fault
                }
                Err(fault) => Some(fault.clone()),
            };
            problems.extend(
                fault.map(|(what, remedy)| Problem::new(&self.list, what, remedy)),
            );
        }
        Ok(problems)
    }

    /// Builds them together with `all`, the solutions: with the same packages each time,
    /// what they depend on is built once.
    ///
    /// Cargo goes no further where one does not compile: then those that this has kept from
    /// being built are built without it.
    fn build(&self, proof: &Proof<'_>, all: &[String]) -> anyhow::Result<Built> {
        let mut built = Built::default();
        let mut beside = all;
        let mut left: Vec<&Package> = self.packages().collect();
        while !left.is_empty() {
            let names = left.iter().map(|package| &package.name);
            let names: Vec<String> = names.chain(beside).cloned().collect();
            let more = proof.build().tests(&names, Some("*"))?;
            let number = left.len();
            left.retain(|package| {
                let folders = more.tests.keys().chain(&more.errors);
                !folders
                    .map(|(folder, _)| folder)
                    .any(|it| *it == package.folder)
            });
            built.tests.extend(more.tests);
            built.errors.extend(more.errors);
            if left.len() == number && beside.is_empty() {
                break; // What they depend on does not compile.
            }
            beside = &[];
        }
        Ok(built)
    }

    /// The exercises that have too few.
    fn numbers(&self) -> Vec<Problem> {
        let few = |exercise: &&Exercise| {
            let name = &exercise.about.name;
            let mutants = self.listed.iter().filter(|it| it.exercise == *name);
            mutants.count() < FEWEST
        };
        let problem = |exercise: &Exercise| {
            let what =
                format!("`{}` has fewer than {FEWEST} mutants", exercise.about.name);
            let remedy = "foresee what a reader gets wrong, and give it a message";
            Problem::new(&self.list, what, remedy)
        };
        let exercises = self.chapter.exercises.iter();
        exercises.filter(few).map(problem).collect()
    }
}

/// Puts a mutant, the exercise's `number`th, into a package.
fn place<'a>(
    chapter: &'a Chapter,
    solutions: &Solutions,
    mutant: &Mutant,
    number: usize,
) -> Result<(&'a Exercise, Package), Fault> {
    let Mutant {
        name,
        find,
        replace,
        ..
    } = mutant;
    let of = |exercise: &&Exercise| exercise.about.name == mutant.exercise;
    let Some(exercise) = chapter.exercises.iter().find(of) else {
        let of = &mutant.exercise;
        let what = format!("the mutant `{name}` is of `{of}`, which is no exercise");
        return Err((what, "name one of exercises.toml".into()));
    };
    let Some(solution) = solutions.text(exercise) else {
        let what = format!("the mutant `{name}` has no solution");
        return Err((what, "write it".into()));
    };
    let found = solution.matches(find.as_str()).count();
    if found != 1 {
        let what =
            format!("`find` of the mutant `{name}` occurs {found} times, not once");
        return Err((what, format!("it looks for:\n{find}")));
    }
    let text = solution.replacen(find.as_str(), replace, 1);
    Ok((exercise, solutions.with(exercise, text, number)))
}

/// Runs the checks, and says what is wrong when the mutant is not caught as it should be.
fn fault(
    proof: &Proof<'_>,
    built: &Built,
    mutant: &Mutant,
    package: &Package,
) -> anyhow::Result<Option<Fault>> {
    let Mutant { name, fails, .. } = mutant;
    let Some(executable) = built.test(&package.folder, &mutant.exercise) else {
        let what = format!("the mutant `{name}` does not compile");
        return Ok(Some((what, errors(built, package))));
    };
    let verdicts = run(
        executable,
        &proof.copy,
        &package.folder,
        proof.deadline,
        false,
    )?;
    if verdicts.hung {
        let what = format!("the mutant `{name}` hangs: it was ended");
        let seconds = proof.deadline.as_secs();
        let remedy = format!(
            "its checks were not done after {seconds} s: let them fail before, with words"
        );
        return Ok(Some((what, remedy)));
    }
    if verdicts.failed.is_empty() {
        let what = format!("the mutant `{name}` survives: every check passes");
        let remedy = "write the check that tells it from the solution";
        return Ok(Some((what, remedy.into())));
    }
    let messages: Vec<&str> = verdicts
        .failed
        .iter()
        .map(|(_, message)| message.as_str())
        .collect();
    if messages
        .iter()
        .any(|message| message.contains(fails.as_str()))
    {
        return Ok(None);
    }
    let what = format!("the mutant `{name}` fails without the message `{fails}`");
    Ok(Some((
        what,
        format!("it prints:\n{}", messages.join("\n\n")),
    )))
}

/// The compiler's errors about a mutant; when there is none, about what it depends on.
fn errors(built: &Built, package: &Package) -> String {
    let about = |own: bool| {
        let errors = built.errors.iter();
        let errors =
            errors.filter(move |(folder, _)| !own || *folder == package.folder);
        errors.map(|(_, text)| text.as_str()).collect::<String>()
    };
    let own = about(true);
    let text = if own.is_empty() { about(false) } else { own };
    text.trim_end().to_owned()
}
