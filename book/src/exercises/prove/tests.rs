//! A workspace of two chapters, one as it should be and one with every fault there is.

mod fixture;

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use fixture::{CHECKS, FAULTY, chapter, workspace, write};

use super::*;
use crate::exercises::check::{self, Judgement};
use crate::exercises::progress::{Progress, State};
use crate::exercises::{Selection, help};
use crate::workspace::entries;

fn prove(root: &Path) -> (Vec<Problem>, Vec<String>) {
    let said = RefCell::new(Vec::new());
    let say = |line: &str| said.borrow_mut().push(line.to_owned());
    let mut proof = Proof::new(root, &root.join("target"), &say).expect("a path");
    proof.deadline = Duration::from_secs(5);
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
fn what_has_not_changed_is_not_built_again() {
    let folder = workspace();
    let root = folder.path();
    let built = root.join("target/prove/target/debug/deps");
    let written = || {
        let files = entries(&built).expect("a folder").into_iter();
        let time = |path: &Path| path.metadata().and_then(|about| about.modified());
        files
            .map(|path| (time(&path).expect("a time"), path))
            .collect::<Vec<_>>()
    };
    let (problems, first) = prove(root);
    assert_eq!(problems, []);
    let before = written();
    let (problems, second) = prove(root);
    assert_eq!((problems, second), (Vec::new(), first));
    assert_eq!(written(), before);
}

#[test]
fn a_mutant_that_is_gone_leaves_nothing_behind() {
    let folder = workspace();
    let root = folder.path();
    let proof = Proof::new(root, &root.join("target"), &|_| ()).expect("a path");
    let packages = || {
        let catalogue = Catalogue::load(root).expect("it loads");
        let mutants = Mutants::load(&catalogue).expect("they load");
        let made = mutants.iter().flat_map(Mutants::files);
        copy::refresh(root, &proof.copy, made).expect("it is written");
        let folders = entries(&proof.copy.join("solutions")).expect("a folder");
        let name = |path: &Path| path.file_name()?.to_str().map(str::to_owned);
        folders
            .iter()
            .filter_map(|path| name(path))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        packages(),
        ["00-fine", "00-fine-e1_good-1", "00-fine-e1_good-2"]
    );
    write(root, "solutions/00-fine/mutants.toml", "");
    assert_eq!(packages(), ["00-fine"]);
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
    let shown = [
        "e1_easy",
        "e2_silent",
        "e3_survived",
        "e5_unwrapped",
        "e6_endless",
    ];
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
        "`e2_silent` does not have two hints: 1",
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
        "the mutant `endless` hangs: it was ended",
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
fn a_page_that_is_not_written_yet_lacks_no_exercise() {
    let folder = workspace();
    let root = folder.path();
    let check = || shape::check(&Catalogue::load(root).expect("it loads"));
    let page = root.join("book/text/00-fine.md");
    write(root, "book/text/00-fine.md", "No exercise.\n");
    assert_eq!(check().expect("it is read").len(), 1);
    fs::remove_file(page).expect("it is there");
    assert_eq!(check().expect("it is read"), []);
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

#[test]
fn a_reset_brings_the_starter_back_and_keeps_the_readers_text() {
    let folder = workspace();
    let root = folder.path();
    let file = "exercises/00-fine/src/e1_good.rs";
    let checks = "exercises/00-fine/tests/checks/e1_good.rs";
    let catalogue = Catalogue::load(root).expect("it loads");
    let selection = Selection {
        chapter: Some("fine".to_owned()),
        exercise: Some("e1".to_owned()),
    };
    let reset = |only_checks| help::reset(&catalogue, &selection, only_checks, true);
    let text = |file: &str| fs::read_to_string(root.join(file)).expect("it is there");
    let starter = text(file);

    write(root, file, "my work");
    write(root, checks, "my checks");
    reset(true).expect("the checks come back");
    assert_eq!(
        (text(file).as_str(), text(checks)),
        ("my work", CHECKS.replace("NAME", "e1_good"))
    );
    reset(false).expect("the starter comes back");
    assert_eq!(text(file), starter);
    write(root, file, "my second try");
    reset(false).expect("the starter comes back");

    let backups = root.join(".wire/backups/00-fine");
    let kept = entries(&backups)
        .expect("a folder")
        .into_iter()
        .map(|path| fs::read_to_string(path).expect("a backup"));
    assert_eq!(
        kept.collect::<Vec<_>>(),
        ["my checks", "my work", "my second try"]
    );
}
