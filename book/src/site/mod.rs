//! The site: the book built into a folder.

mod warnings;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use pulldown_cmark::{Event, Tag};

use crate::directive::markdown;
use crate::links;
use crate::preprocess::Wire;
use crate::problem::{Problem, Problems};
use crate::workspace::Workspace;

/// How the site is built.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The pages reload when the sources change: for the server, not for a static site.
    pub live: bool,
}

/// Builds the book into `out`, which is emptied first.
///
/// # Errors
///
/// [`Problems`] when the book's sources are at fault, with all that is wrong with them;
/// another error when the folder cannot be written.
pub fn build(
    workspace: &Workspace,
    out: &Path,
    options: Options,
) -> anyhow::Result<()> {
    let book = workspace.book();
    let toml = book.join("book.toml");
    let mut config = Config::from_disk(&toml).map_err(|error| {
        Problems(vec![Problem::new(
            "book/book.toml",
            format!("{error:#}"),
            "mdBook's guide names every setting",
        )])
    })?;
    config.set("build.build-dir", std::path::absolute(out)?)?;
    if options.live {
        let mut scripts: Vec<PathBuf> =
            config.get("output.html.additional-js")?.unwrap_or_default();
        scripts.push(PathBuf::from("theme/live.js"));
        config.set("output.html.additional-js", scripts)?;
    }
    // mdBook stops at the first page that is missing: find them all.
    Problems(missing_pages(workspace)?).into_result()?;
    let mut problems = rendered(workspace, book, config)?;
    problems.extend(links::check(workspace, out)?);
    Problems(problems).into_result()?;
    Ok(())
}

/// Runs mdBook with our preprocessor, and returns what is wrong with the pages.
fn rendered(
    workspace: &Workspace,
    book: PathBuf,
    config: Config,
) -> anyhow::Result<Vec<Problem>> {
    let sink = Arc::new(Mutex::new(Vec::new()));
    let (result, warnings) = warnings::collect(|| {
        let mut book = MDBook::load_with_config(book, config)?;
        // It takes the place of the command of the same name in book.toml.
        book.with_preprocessor(Wire::collecting(workspace.clone(), Arc::clone(&sink)));
        book.build()
    });
    result.context("mdBook cannot build the book")?;
    let mut problems =
        std::mem::take(&mut *sink.lock().unwrap_or_else(PoisonError::into_inner));
    problems.extend(warnings.into_iter().map(warned));
    Ok(problems)
}

/// mdBook warns about HTML that is not balanced, and builds it all the same.
fn warned(message: String) -> Problem {
    let page = message.split('`').find(|part| part.ends_with(".md"));
    let file = match page {
        Some(page) => Path::new("book/text").join(page),
        None => PathBuf::from("book/book.toml"),
    };
    let (what, remedy) = match message.split_once('\n') {
        Some((what, remedy)) => (what.to_owned(), remedy.to_owned()),
        None => (
            message,
            "mdBook warned; the book is built without".to_owned(),
        ),
    };
    Problem::new(file, what, remedy)
}

/// The pages that SUMMARY.md lists and that are not there.
fn missing_pages(workspace: &Workspace) -> anyhow::Result<Vec<Problem>> {
    let file = "book/text/SUMMARY.md";
    let summary =
        fs::read_to_string(workspace.root().join(file)).with_context(|| {
            format!("cannot read {file}: it lists the pages of the book")
        })?;
    let mut problems = Vec::new();
    for (event, range) in markdown(&summary).into_offset_iter() {
        if let Event::Start(Tag::Link { dest_url, .. }) = event
            && !dest_url.is_empty()
            && !workspace.text().join(&*dest_url).is_file()
        {
            let line = summary[..range.start].matches('\n').count() + 1;
            let what = format!("there is no page book/text/{dest_url}");
            let remedy = "write it, or take its line out";
            problems.push(Problem::new(file, what, remedy).at(line));
        }
    }
    Ok(problems)
}

/// Builds a static site into `out`: beside it first, so that a build that fails leaves
/// what was there, and only over a folder that is empty or a site already.
pub(crate) fn publish(workspace: &Workspace, out: &Path) -> anyhow::Result<()> {
    let out = std::path::absolute(out)?;
    let parent = out
        .parent()
        .context("the root of the file system is no site")?;
    if !may_replace(&out)? {
        bail!(
            "{} holds something other than a built book\n\
             choose another folder, or empty this one yourself",
            out.display()
        );
    }
    fs::create_dir_all(parent)
        .with_context(|| format!("cannot make {}", parent.display()))?;
    let beside = tempfile::Builder::new()
        .prefix(".book-")
        .tempdir_in(parent)
        .with_context(|| format!("cannot write in {}", parent.display()))?;
    let built = beside.path().join("site");
    build(workspace, &built, Options::default())?;
    if out.exists() {
        fs::remove_dir_all(&out)
            .with_context(|| format!("cannot replace {}", out.display()))?;
    }
    fs::rename(&built, &out)
        .with_context(|| format!("cannot move the site to {}", out.display()))
}

/// A missing folder, an empty one, or one that mdBook has written.
fn may_replace(out: &Path) -> anyhow::Result<bool> {
    if !out.exists() {
        return Ok(true);
    }
    let mut read = out
        .read_dir()
        .with_context(|| format!("cannot read {}", out.display()))?;
    let is_site = out.join("toc.html").is_file() && out.join(".nojekyll").is_file();
    Ok(is_site || read.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_something_else_in_it_is_never_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(may_replace(&folder.path().join("new")).expect("readable"));
        assert!(may_replace(folder.path()).expect("readable"));
        fs::write(folder.path().join("thesis.txt"), "").expect("written");
        assert!(!may_replace(folder.path()).expect("readable"));
        let error = publish(&Workspace::at("/nowhere"), folder.path())
            .expect_err("it holds something");
        assert!(error.to_string().contains("something other"), "{error}");
        assert!(folder.path().join("thesis.txt").exists());
    }

    #[test]
    fn a_warning_of_mdbook_is_a_problem_of_its_page() {
        let problem = warned(
            "unclosed HTML tag `<div>` found in `a.md` while exiting x\nclose it"
                .to_owned(),
        );
        assert_eq!(problem.file, Path::new("book/text/a.md"));
        assert_eq!(problem.remedy, "close it");
    }
}
