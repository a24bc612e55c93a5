//! Every starter compiles without a warning, and each of its tests fails: soon, and with a
//! message about the task.

use std::path::Path;

use super::super::catalogue::{Catalogue, Chapter, Exercise};
use super::super::pristine::Pristine;
use super::super::target::Verdicts;
use super::{Proof, Stage, copy};
use crate::problem::Problem;

/// Beginnings of messages that say what went wrong in the machine and not what is asked.
const NOT_ABOUT_THE_TASK: [&str; 8] = [
    "called `Option::",
    "called `Result::",
    "assertion failed",
    "assertion `",
    "index out of bounds",
    "range ",
    "attempt to ",
    "explicit panic",
];

pub(super) fn check(
    proof: &Proof<'_>,
    catalogue: &Catalogue,
) -> anyhow::Result<Vec<Problem>> {
    for chapter in &catalogue.chapters {
        put_starters_back(&proof.copy, chapter)?;
    }
    let built = proof.built(catalogue, "ex")?;
    let starters = built
        .warnings
        .iter()
        .filter(|(folder, _)| folder.starts_with("exercises/"));
    let warning = |(folder, text): &(String, String)| {
        Problem::new(folder, "a starter has a warning", text.trim_end())
    };
    let mut problems: Vec<Problem> = starters.map(warning).collect();
    let stage = Stage {
        name: "starter",
        folder: "exercises",
        praise: |verdicts| {
            format!("all {} checks fail, as they should", verdicts.failed.len())
        },
    };
    problems.extend(proof.judge_all(catalogue, &built, &stage, judge)?);
    Ok(problems)
}

/// In the copy the pristine starters stand in the place of the reader's solutions.
fn put_starters_back(root: &Path, chapter: &Chapter) -> anyhow::Result<()> {
    let Some(pristine) = Pristine::load(root, &chapter.folder)? else {
        return Ok(());
    };
    for exercise in &chapter.exercises {
        if let Some(text) = pristine.text(&exercise.file()) {
            copy::write_if_changed(&root.join(exercise.file()), text.as_bytes())?;
        }
    }
    Ok(())
}

fn judge(exercise: &Exercise, verdicts: &Verdicts) -> Vec<Problem> {
    let file = exercise.file();
    let mut problems = Vec::new();
    if verdicts.hung {
        let remedy = "a starter fails at once: todo!(\"what to do\")";
        problems.push(Problem::new(&file, "the starter hangs", remedy));
    } else if verdicts.passed.is_empty() && verdicts.failed.is_empty() {
        problems.push(Problem::new(
            exercise.checks(),
            "there is no test in it",
            "write one",
        ));
    }
    for name in &verdicts.passed {
        let what = format!("the starter passes `{name}`");
        let remedy = "a check that an untouched starter passes teaches nothing: \
                      let it ask for something that the starter does not do";
        problems.push(Problem::new(exercise.checks(), what, remedy));
    }
    for (name, message) in &verdicts.failed {
        if let Some(fault) = fault(message) {
            let what = format!("`{name}` fails, but {fault}");
            let remedy = format!("it prints:\n{message}");
            problems.push(Problem::new(exercise.checks(), what, remedy));
        }
    }
    problems
}

/// What is wrong with the message of a failing starter.
fn fault(message: &str) -> Option<&'static str> {
    if message.contains("it hangs") {
        return Some("by running into its deadline");
    }
    // The text after the last place of a panic is the one that a reader reads.
    let at = message.rfind(" panicked at ").unwrap_or(0);
    let text = message[at..]
        .split_once('\n')
        .map_or("", |(_, text)| text)
        .trim();
    if text.is_empty() || text == "not yet implemented" {
        return Some("without a word about the task");
    }
    let generic = NOT_ABOUT_THE_TASK
        .iter()
        .any(|start| text.starts_with(start));
    generic.then_some("with a message that is not about the task")
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn a_message_is_about_the_task_or_not() {
        let at = "thread 'a' (1) panicked at src/e1.rs:1:1:\n";
        for (text, wanted) in [
            ("not yet implemented: write the request line", None),
            ("\nEach line ends in CR LF. (RFC 9112 §2.2)", None),
            ("not yet implemented", Some("without a word about the task")),
            ("", Some("without a word about the task")),
            (
                "called `Option::unwrap()` on a `None` value",
                Some("with a message that is not about the task"),
            ),
            (
                "one answer: not done after 10 s: it hangs",
                Some("by running into its deadline"),
            ),
        ] {
            assert_eq!(fault(&format!("{at}{text}")), wanted, "{text}");
        }
    }
}
