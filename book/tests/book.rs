//! The real book: it builds without a mistake, in process and as mdBook's preprocessor.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use mdbook_driver::book::Book;
use mdbook_driver::config::Config;
use mdbook_preprocessor::PreprocessorContext;
use wire_book::{Options, Workspace};

type TestResult = Result<(), Box<dyn Error>>;

fn workspace() -> Workspace {
    Workspace::around(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the book is here")
}

#[test]
fn the_book_builds_without_a_mistake() -> TestResult {
    let folder = tempfile::tempdir()?;
    let site = folder.path().join("site");
    // The problems are shown as an author sees them.
    if let Err(problems) = wire_book::build(&workspace(), &site, Options::default()) {
        panic!("{problems:#}");
    }
    for file in [
        "index.html",
        "00-wiretap.html",
        "glossary.html",
        "print.html",
    ] {
        assert!(site.join(file).is_file(), "{file} is built");
    }
    let page = std::fs::read_to_string(site.join("00-wiretap.html"))?;
    assert!(
        page.contains("<figure class=\"wire\">"),
        "a figure is drawn"
    );
    assert!(!page.contains("{{#"), "no directive is left");
    assert!(
        !page.contains("live.js"),
        "a static site has no live reload"
    );
    Ok(())
}

#[test]
fn a_served_page_reloads() -> TestResult {
    let folder = tempfile::tempdir()?;
    let site = folder.path().join("site");
    if let Err(problems) = wire_book::build(&workspace(), &site, Options { live: true })
    {
        panic!("{problems:#}");
    }
    let page = std::fs::read_to_string(site.join("index.html"))?;
    assert!(page.contains("theme/live"), "the script is loaded");
    Ok(())
}

/// Runs `book preprocess` as mdBook does, in the book's folder.
fn preprocess(
    arguments: &[&str],
    input: &str,
) -> Result<(bool, Vec<u8>), Box<dyn Error>> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_book"))
        .arg("preprocess")
        .args(arguments)
        .current_dir(workspace().book())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_owned();
    // On a thread of its own: both pipes may fill.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    // `supports` reads nothing, and may be gone before all is written.
    _ = writer.join().expect("no panic");
    let shown = if output.status.success() {
        output.stdout
    } else {
        output.stderr
    };
    Ok((output.status.success(), shown))
}

/// What mdBook writes to a preprocessor: the context and the book, with `page` as the
/// content of chapter 0.
fn protocol(page: Option<&str>) -> Result<String, Box<dyn Error>> {
    let root = workspace().book();
    let config = Config::from_disk(root.join("book.toml"))?;
    let mut book = mdbook_driver::MDBook::load(&root)?.book;
    if let Some(page) = page {
        book.for_each_chapter_mut(|chapter| {
            if chapter.name.starts_with('0') {
                chapter.content = page.to_owned();
            }
        });
    }
    let context = PreprocessorContext::new(root, config, "html".to_owned());
    Ok(serde_json::to_string(&(context, book))?)
}

#[test]
fn an_installed_mdbook_gets_the_pages_expanded() -> TestResult {
    let (succeeded, output) = preprocess(&[], &protocol(None)?)?;
    assert!(succeeded, "{}", String::from_utf8_lossy(&output));
    let book: Book = serde_json::from_slice(&output)?;
    let page = book
        .chapters()
        .find(|chapter| chapter.name.starts_with('0'))
        .expect("chapter 0");
    assert!(page.content.contains("<figure class=\"wire\">"));
    assert!(!page.content.contains("{{#"));
    Ok(())
}

#[test]
fn all_mistakes_of_a_page_are_shown_together() -> TestResult {
    let page = "# 0\n\n{{#lab 99}}\n\n{{#transcript gone.snap}}\n\n\
                {{#listing chapters/00-wiretap/src/transcript.rs Side::pear}}\n";
    let (succeeded, output) = preprocess(&[], &protocol(Some(page))?)?;
    let shown = String::from_utf8(output)?;
    assert!(!succeeded, "{shown}");
    for part in [
        "--> book/text/00-wiretap.md:3",
        "error: cannot read gone.snap",
        "--> book/text/00-wiretap.md:5",
        "has no item `Side::pear`\n  --> book/text/00-wiretap.md:7\n   = did you mean `Side::peer`?",
        "error: no page shows this snapshot\n  --> chapters/00-wiretap/tests/snapshots/",
    ] {
        assert!(shown.contains(part), "{part:?} in:\n{shown}");
    }
    Ok(())
}

#[test]
fn html_is_supported_and_nothing_else() -> TestResult {
    assert!(preprocess(&["supports", "html"], "")?.0);
    assert!(!preprocess(&["supports", "epub"], "")?.0);
    Ok(())
}
