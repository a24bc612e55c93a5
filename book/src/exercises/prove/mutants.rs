//! Every solution passes, and every plausible wrong one fails with the message meant for it.

use std::fs;

use anyhow::Context as _;
use serde::Deserialize;

use super::super::catalogue::{Catalogue, Chapter, Exercise};
use super::super::check::DEADLINE;
use super::super::target::run;
use super::{Proof, Stage, copy};
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

pub(super) fn check(
    proof: &Proof<'_>,
    catalogue: &Catalogue,
) -> anyhow::Result<Vec<Problem>> {
    let mut problems = solutions(proof, catalogue)?;
    for chapter in &catalogue.chapters {
        let list = format!("solutions/{}/mutants.toml", chapter.folder);
        let listed: Listed = match fs::read_to_string(proof.copy.join(&list)) {
            Ok(text) => toml::from_str(&text).with_context(|| format!("in {list}"))?,
            // Every exercise then lacks its mutants, and is named below.
            Err(_) => Listed::default(),
        };
        problems.extend(numbers(chapter, &listed, &list));
        for mutant in &listed.mutant {
            let of = |exercise: &&Exercise| exercise.about.name == mutant.exercise;
            let Some(exercise) = chapter.exercises.iter().find(of) else {
                let what = format!(
                    "the mutant `{}` is of `{}`, which is no exercise",
                    mutant.name, mutant.exercise
                );
                problems.push(Problem::new(&list, what, "name one of exercises.toml"));
                continue;
            };
            let problem = survive(proof, exercise, mutant)?
                .map(|(what, remedy)| Problem::new(&list, what, remedy));
            let outcome = if problem.is_none() {
                "caught"
            } else {
                "FAILED"
            };
            proof.say("mutant", exercise, &format!("{outcome}  {}", mutant.name));
            problems.extend(problem);
        }
    }
    Ok(problems)
}

fn solutions(proof: &Proof<'_>, catalogue: &Catalogue) -> anyhow::Result<Vec<Problem>> {
    let built = proof.built(catalogue, "sol")?;
    let stage = Stage {
        name: "solution",
        folder: "solutions",
        praise: |verdicts| format!("all {} checks pass", verdicts.passed.len()),
    };
    proof.judge_all(catalogue, &built, &stage, |exercise, verdicts| {
        let file = exercise.file().replacen("exercises/", "solutions/", 1);
        let hang = verdicts.hung.then(|| {
            Problem::new(&file, "the solution hangs", "see what it waits for")
        });
        let failure = |(name, message): &(String, String)| {
            Problem::new(&file, format!("the solution fails `{name}`"), message)
        };
        hang.into_iter()
            .chain(verdicts.failed.iter().map(failure))
            .collect()
    })
}

fn numbers(chapter: &Chapter, listed: &Listed, list: &str) -> Vec<Problem> {
    let few = |exercise: &&Exercise| {
        let mutants = listed
            .mutant
            .iter()
            .filter(|it| it.exercise == exercise.about.name);
        mutants.count() < FEWEST
    };
    let problem = |exercise: &Exercise| {
        let what = format!("`{}` has fewer than {FEWEST} mutants", exercise.about.name);
        let remedy = "foresee what a reader gets wrong, and give it a message";
        Problem::new(list, what, remedy)
    };
    chapter.exercises.iter().filter(few).map(problem).collect()
}

/// Puts the mutant in the solution's place, runs the checks, and puts the solution back.
/// Gives what is wrong and its remedy when it is not caught as it should be.
fn survive(
    proof: &Proof<'_>,
    exercise: &Exercise,
    mutant: &Mutant,
) -> anyhow::Result<Option<(String, String)>> {
    let Mutant {
        name,
        find,
        replace,
        ..
    } = mutant;
    let folder = format!("solutions/{}", exercise.chapter);
    let path = proof
        .copy
        .join(&folder)
        .join(format!("src/{}.rs", exercise.about.name));
    let Ok(solution) = fs::read_to_string(&path) else {
        return Ok(Some((
            format!("the mutant `{name}` has no solution"),
            "write it".into(),
        )));
    };
    let found = solution.matches(find.as_str()).count();
    if found != 1 {
        let what =
            format!("`find` of the mutant `{name}` occurs {found} times, not once");
        return Ok(Some((what, format!("it looks for:\n{find}"))));
    }
    fs::write(&path, solution.replacen(find.as_str(), replace, 1))?;
    let caught = caught(proof, exercise, mutant, &folder);
    copy::write_if_changed(&path, solution.as_bytes())?;
    caught
}

fn caught(
    proof: &Proof<'_>,
    exercise: &Exercise,
    mutant: &Mutant,
    folder: &str,
) -> anyhow::Result<Option<(String, String)>> {
    let Mutant { name, fails, .. } = mutant;
    let test = &exercise.about.name;
    let build = proof.build();
    let built = build.tests(&[exercise.solution_package()], Some(test))?;
    let Some(executable) = built.test(folder, test) else {
        let errors: String = built.errors.into_iter().map(|(_, text)| text).collect();
        let what = format!("the mutant `{name}` does not compile");
        return Ok(Some((what, errors.trim_end().to_owned())));
    };
    let verdicts = run(executable, &proof.copy, folder, DEADLINE, false)?;
    if verdicts.failed.is_empty() && !verdicts.hung {
        let what = format!("the mutant `{name}` survives: every check passes");
        return Ok(Some((
            what,
            "write the check that tells it from the solution".into(),
        )));
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
