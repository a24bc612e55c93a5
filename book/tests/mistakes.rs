//! A small book with every mistake there is: the build names each of them, with its file,
//! its line and what to do, and publishes nothing.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use wire_book::{Options, Workspace};

type TestResult = Result<(), Box<dyn Error>>;

const BOOK: &str = "[book]\ntitle = \"Small\"\nsrc = \"text\"\n\
    [build]\ncreate-missing = false\nuse-default-preprocessors = false\n\
    [output.html.playground]\nrunnable = false\n";

const SUMMARY: &str = "# Summary\n\n[Start](start.md)\n\n- [Glossary](glossary.md)\n";

/// A workspace with these files.
fn book(files: &[(&str, &str)]) -> Result<TempDir, Box<dyn Error>> {
    let root = tempfile::tempdir()?;
    let common = [
        ("book/book.toml", BOOK),
        ("book/text/SUMMARY.md", SUMMARY),
        ("book/text/start.md", "# Start\n"),
        (
            "book/text/glossary.md",
            "# Glossary\n\ncursor\n: A place.\n",
        ),
    ];
    for (name, text) in common.iter().chain(files) {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().expect("files are in folders"))?;
        fs::write(path, text)?;
    }
    Ok(root)
}

/// What the build of a book with these files says.
fn mistakes(files: &[(&str, &str)]) -> Result<String, Box<dyn Error>> {
    let root = book(files)?;
    let workspace = Workspace::at(root.path());
    let site = root.path().join("site");
    let problems = wire_book::build(&workspace, &site, Options::default())
        .expect_err("a book with a mistake");
    Ok(problems.to_string())
}

fn assert_shown(shown: &str, expected: &str) {
    assert!(shown.contains(expected), "{expected:?}\nis not in\n{shown}");
}

#[test]
fn a_book_without_a_mistake_builds_and_links_its_terms() -> TestResult {
    let root = book(&[("book/text/start.md", "# Start\n\nThe cursor, a cursor.\n")])?;
    let site = root.path().join("site");
    wire_book::build(&Workspace::at(root.path()), &site, Options::default())?;
    let page = fs::read_to_string(site.join("start.html"))?;
    let link = "The <a href=\"glossary.html#cursor\">cursor</a>, a cursor.";
    assert_shown(&page, link);
    Ok(())
}

#[test]
fn all_mistakes_are_shown_at_once() -> TestResult {
    let page = "# Start\n\n{{#listing src/gone.rs f}}\n\n{{#exercise 01 e9_none}}\n\n\
        [dead](start.md#nowhere)\n\n[gone](gone.md)\n\n<p><b>unclosed</p>\n\n\
        {{#include x.md}}\n";
    let shown = mistakes(&[
        ("book/text/start.md", page),
        ("book/text/forgotten.md", "# Forgotten\n"),
        (
            "chapters/01-a/tests/snapshots/unused.snap",
            "---\nsource: x\n---\n",
        ),
        (
            "chapters/01-a/tests/golden/own.snap",
            "---\nsource: x\n---\n",
        ),
    ])?;
    for expected in [
        "error: cannot read src/gone.rs: ",
        "\n  --> book/text/start.md:3\n   = a listing's path starts at",
        "\n  --> book/text/start.md:5\n   = `cargo run -- list`",
        "error: the link to start.html#nowhere leads to no such place in start.html\n  \
         --> book/text/start.md:7\n",
        "error: the link to gone.html leads to no page\n  --> book/text/start.md:9\n",
        "error: there is no directive `include`\n  --> book/text/start.md:13\n",
        "error: SUMMARY.md does not list forgotten.md\n  --> book/text/forgotten.md\n",
        "error: no page shows this snapshot\n  \
         --> chapters/01-a/tests/snapshots/unused.snap\n",
        "<b>",
    ] {
        assert_shown(&shown, expected);
    }
    assert!(
        !shown.contains("own.snap"),
        "golden snapshots are exempt:\n{shown}"
    );
    Ok(())
}

#[test]
fn a_page_that_the_summary_lists_must_be_there() -> TestResult {
    let summary = format!("{SUMMARY}- [Two](two.md)\n- [Three](three.md)\n");
    let shown = mistakes(&[("book/text/SUMMARY.md", &summary)])?;
    assert_shown(
        &shown,
        "error: there is no page book/text/two.md\n  --> book/text/SUMMARY.md:6\n",
    );
    assert_shown(
        &shown,
        "error: there is no page book/text/three.md\n  --> book/text/SUMMARY.md:7\n",
    );
    Ok(())
}

#[test]
fn a_setting_that_mdbook_refuses_names_its_file() -> TestResult {
    let shown = mistakes(&[("book/book.toml", "[book]\ntitle = 7\n")])?;
    assert_shown(&shown, "\n  --> book/book.toml\n");
    Ok(())
}

fn run_build(root: &Path, out: &Path) -> Result<(bool, String), Box<dyn Error>> {
    let output = Command::new(env!("CARGO_BIN_EXE_book"))
        .args(["build", "--out"])
        .arg(out)
        .current_dir(root)
        .output()?;
    let shown = String::from_utf8(output.stderr)?;
    Ok((output.status.success(), shown))
}

#[test]
fn a_build_that_fails_says_so_and_leaves_the_last_site() -> TestResult {
    let root = book(&[])?;
    let out = root.path().join("public");
    assert_eq!(run_build(root.path(), &out)?, (true, String::new()));
    let good = fs::read_to_string(out.join("start.html"))?;

    fs::write(root.path().join("book/text/start.md"), "{{#lab 99}}\n")?;
    let (succeeded, shown) = run_build(root.path(), &out)?;
    assert!(!succeeded, "{shown}");
    assert_shown(&shown, "  --> book/text/start.md:1\n");
    assert_shown(&shown, "the book has 1 mistake");
    assert_eq!(fs::read_to_string(out.join("start.html"))?, good);
    let left: Vec<_> = fs::read_dir(root.path())?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<Result<_, _>>()?;
    assert_eq!(left.len(), 2, "nothing but the book and its site: {left:?}");
    Ok(())
}
