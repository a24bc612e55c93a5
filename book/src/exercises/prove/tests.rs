//! A workspace of two chapters, one as it should be and one with every fault there is.

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::exercises::check::{self, Judgement};
use crate::exercises::progress::{Progress, State};

/// An exercise of one function, whose answer is 2.
struct Written {
    name: &'static str,
    starter: &'static str,
    checks: &'static str,
    hints: &'static str,
    mutants: &'static str,
}

const STARTER: &str =
    "//! Write it.\npub fn answer() -> u8 { todo!(\"write the answer\") }\n";
const CHECKS: &str = "use crate::subject::NAME::answer;\n\
    #[test] fn two() { assert!(answer() == 2, \"two is asked, not {}\", answer()); }\n";
const MUTANTS: &str = "
[[mutant]]\nexercise = \"NAME\"\nname = \"one\"\nfind = \"2\"\nreplace = \"1\"\nfails = \"not 1\"
[[mutant]]\nexercise = \"NAME\"\nname = \"three\"\nfind = \"2\"\nreplace = \"3\"\nfails = \"not 3\"
";

const GOOD: Written = Written {
    name: "e1_good",
    starter: STARTER,
    checks: CHECKS,
    hints: "\"a\", \"b\"",
    mutants: MUTANTS,
};

const FAULTY: [Written; 5] = [
    Written {
        name: "e1_easy",
        starter: "//! Write it.\npub fn answer() -> u8 { let unused = 1; 2 }\n",
        ..GOOD
    },
    Written {
        name: "e2_silent",
        starter: "pub fn answer() -> u8 { todo!() }\n",
        hints: "\"a\"",
        ..GOOD
    },
    Written {
        name: "e3_survived",
        checks: "use crate::subject::NAME::answer;\n\
                 #[test] fn any() { assert!(answer() > 1, \"more is asked\"); }\n",
        ..GOOD
    },
    Written {
        name: "e4_mutants",
        mutants: "[[mutant]]\nexercise = \"NAME\"\nname = \"nowhere\"\nfind = \"7\"\n\
                  replace = \"1\"\nfails = \"x\"\n\
                  [[mutant]]\nexercise = \"e9_none\"\nname = \"lost\"\nfind = \"2\"\n\
                  replace = \"1\"\nfails = \"x\"\n",
        ..GOOD
    },
    Written {
        name: "e5_unwrapped",
        starter: "//! Write it.\npub fn answer() -> u8 { None::<u8>.unwrap() }\n",
        mutants: "[[mutant]]\nexercise = \"NAME\"\nname = \"broken\"\nfind = \"2\"\n\
                  replace = \"two\"\nfails = \"x\"\n",
        ..GOOD
    },
];

fn write(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
    fs::write(path, text).expect("it is written");
}

fn package(root: &Path, kind: &str, prefix: &str, chapter: &str, modules: &str) {
    let manifest = format!(
        "[package]\nname = \"{prefix}{chapter}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"
    );
    write(root, &format!("{kind}/{chapter}/Cargo.toml"), &manifest);
    write(root, &format!("{kind}/{chapter}/src/lib.rs"), modules);
}

fn chapter(root: &Path, chapter: &str, exercises: &[Written]) {
    let modules: String = exercises
        .iter()
        .map(|it| format!("pub mod {};\n", it.name))
        .collect();
    package(root, "exercises", "ex", chapter, &modules);
    package(root, "solutions", "sol", chapter, &modules);
    let (mut list, mut mutants) = (String::new(), String::new());
    for Written {
        name,
        starter,
        checks,
        hints,
        mutants: own,
    } in exercises
    {
        list += &format!(
            "[[exercise]]\nname = \"{name}\"\ntitle = \"T\"\nkind = \"build\"\n\
             minutes = 1\nhints = [{hints}]\n"
        );
        mutants += &own.replace("NAME", name);
        let krate = chapter.replace('-', "_");
        let (ex, sol) = (
            format!("exercises/{chapter}"),
            format!("solutions/{chapter}"),
        );
        write(root, &format!("{ex}/src/{name}.rs"), starter);
        write(
            root,
            &format!("{ex}/tests/checks/{name}.rs"),
            &checks.replace("NAME", name),
        );
        let target = format!(
            "use ex{krate} as subject;\n#[path = \"checks/{name}.rs\"] mod checks;\n"
        );
        write(root, &format!("{ex}/tests/{name}.rs"), &target);
        write(
            root,
            &format!("{sol}/src/{name}.rs"),
            "pub fn answer() -> u8 { 2 }\n",
        );
        let target = format!(
            "use sol{krate} as subject;\n\
             #[path = \"../../../{ex}/tests/checks/{name}.rs\"] mod checks;\n"
        );
        write(root, &format!("{sol}/tests/{name}.rs"), &target);
    }
    write(root, &format!("exercises/{chapter}/exercises.toml"), &list);
    write(root, &format!("solutions/{chapter}/mutants.toml"), &mutants);
}

/// A workspace whose first chapter is as it should be.
fn workspace() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(
        root,
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"exercises/*\", \"solutions/*\"]\n",
    );
    chapter(root, "00-fine", &[GOOD]);
    write(root, "book/text/00-fine.md", "{{#exercise 00 e1_good}}\n");
    record_pristine(root).expect("it is recorded");
    folder
}

fn prove(root: &Path) -> (Vec<Problem>, Vec<String>) {
    let said = RefCell::new(Vec::new());
    let say = |line: &str| said.borrow_mut().push(line.to_owned());
    let proof = Proof::new(root, &root.join("target"), &say).expect("a path");
    let problems = proof.run().expect("cargo runs");
    (problems, said.into_inner())
}

#[test]
fn a_chapter_as_it_should_be_is_proved_whatever_the_reader_wrote() {
    let folder = workspace();
    let own = "//! Write it.\npub fn answer() -> u8 { 2 }\n";
    write(folder.path(), "exercises/00-fine/src/e1_good.rs", own);
    let (mut problems, said) = prove(folder.path());
    // The author is told that the starter is not the recorded one, and that is all.
    let told = problems.pop().expect("one").what;
    let wanted =
        "the pristine copies are not current: exercises/00-fine/src/e1_good.rs";
    assert_eq!(told, wanted);
    assert_eq!(problems, []);
    let stages: Vec<&str> = said
        .iter()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(stages, ["starter", "solution", "mutant", "mutant"]);
    let kept =
        fs::read_to_string(folder.path().join("exercises/00-fine/src/e1_good.rs"));
    assert_eq!(kept.expect("it is there"), own);
}

#[test]
fn every_fault_is_found_and_named() {
    let folder = workspace();
    let root = folder.path();
    chapter(root, "01-faulty", &FAULTY);
    write(root, "exercises/01-faulty/src/e8_stray.rs", "");
    write(
        root,
        "exercises/01-faulty/tests/checks/snapshots/e1_easy__checks__x.snap",
        "",
    );
    let shown = ["e1_easy", "e2_silent", "e3_survived", "e5_unwrapped"];
    let page: String = shown
        .iter()
        .map(|name| format!("{{{{#exercise 01 {name}}}}}\n"))
        .collect();
    write(root, "book/text/01-faulty.md", &page);
    let (problems, _) = prove(root);
    let mut found: Vec<String> =
        problems.into_iter().map(|problem| problem.what).collect();
    found.sort();
    let mut expected = [
        "`checks::two` fails, but with a message that is not about the task",
        "`checks::two` fails, but without a word about the task",
        "`e2_silent` has 1 hints, not 2",
        "`e2_silent` has no statement",
        "`e4_mutants` has fewer than 2 mutants",
        "`e5_unwrapped` has fewer than 2 mutants",
        "`find` of the mutant `nowhere` occurs 0 times, not once",
        "a starter has a warning",
        "exercises/01-faulty/src/e8_stray.rs belongs to no exercise",
        "no check reads the snapshot \
         exercises/01-faulty/tests/checks/snapshots/e1_easy__checks__x.snap",
        "no page shows the exercise `e4_mutants`",
        "the mutant `broken` does not compile",
        "the mutant `lost` is of `e9_none`, which is no exercise",
        "the mutant `one` fails without the message `not 1`",
        "the mutant `three` survives: every check passes",
        "the starter passes `checks::two`",
        "there are no pristine copies of 01-faulty",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_reader_is_judged_by_the_courses_checks_and_no_others() {
    let folder = workspace();
    let root = folder.path();
    let catalogue = Catalogue::load(root).expect("it loads");
    let exercise = catalogue.exercises().next().expect("one");
    let target = root.join("target");
    let judge = || check::judge(root, Some(&target), exercise).expect("cargo runs");
    let mut progress = Progress::default();
    assert_eq!(progress.state(root, exercise), State::Untouched);
    assert!(matches!(judge(), Judgement::Open(verdicts) if verdicts.failed.len() == 1));

    write(
        root,
        "exercises/00-fine/src/e1_good.rs",
        "pub fn answer() -> u8 { 1 + 1 }\n",
    );
    assert_eq!(progress.state(root, exercise), State::Begun);
    assert_eq!(judge(), Judgement::Solved(1));
    progress.set_solved(root, exercise, true);
    assert_eq!(progress.state(root, exercise), State::Solved);

    write(
        root,
        "exercises/00-fine/src/e1_good.rs",
        "pub fn answer() -> u8 { oops }\n",
    );
    assert_eq!(progress.state(root, exercise), State::Begun);
    assert!(
        matches!(judge(), Judgement::DoesNotCompile(text) if text.contains("`oops`"))
    );

    let checks = "exercises/00-fine/tests/checks/e1_good.rs";
    write(root, checks, "#[test] fn two() {}\n");
    assert_eq!(judge(), Judgement::ChangedJudges(vec![checks.to_owned()]));
}
