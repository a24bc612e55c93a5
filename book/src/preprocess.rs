//! The preprocessor: pages with directives in, pages with what code produced out.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use mdbook_preprocessor::errors::Result;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::directive::{self, Directive, Fault};
use crate::glossary::{self, Glossary};
use crate::problem::{Problem, Problems, slashes};
use crate::workspace::{Workspace, entries};
use crate::{chart, exercises, figure, labs, listing, rfc_map, rows, snapshot, table};

/// The preprocessor `wire` of `book.toml`.
#[derive(Debug)]
pub struct Wire {
    workspace: Workspace,
    sink: Option<Arc<Mutex<Vec<Problem>>>>,
}

impl Wire {
    /// Fails with all [`Problems`] of the pages at once.
    pub fn new(workspace: Workspace) -> Self {
        Self {
            workspace,
            sink: None,
        }
    }

    /// Puts the problems into `sink` and lets the build go on, so that what later steps
    /// find is shown with them.
    pub(crate) fn collecting(
        workspace: Workspace,
        sink: Arc<Mutex<Vec<Problem>>>,
    ) -> Self {
        Self {
            workspace,
            sink: Some(sink),
        }
    }
}

impl Preprocessor for Wire {
    fn name(&self) -> &str {
        "wire"
    }

    fn run(&self, _context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let problems = expand(&self.workspace, &mut book)?;
        match &self.sink {
            Some(sink) => sink
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(problems),
            None => Problems(problems).into_result()?,
        }
        Ok(book)
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(renderer == "html")
    }
}

/// Expands every page of the book and returns what is wrong with them.
fn expand(workspace: &Workspace, book: &mut Book) -> Result<Vec<Problem>> {
    let glossary = book
        .chapters()
        .find(|page| page.source_path.as_deref() == Some(Path::new(glossary::PAGE)))
        .map(|page| Glossary::parse(&page.content))
        .unwrap_or_default();
    let mut expansion = Expansion {
        workspace,
        glossary,
        problems: Vec::new(),
        shown: HashSet::new(),
        pages: HashSet::new(),
    };
    book.for_each_mut(|item| {
        if let BookItem::Chapter(page) = item {
            expansion.page(page);
        }
    });
    expansion.unlisted_pages()?;
    expansion.unused_snapshots()?;
    // Every parsed file is kept for its spans; a server would collect them for ever.
    proc_macro2::extra::invalidate_current_thread_spans();
    Ok(expansion.problems)
}

struct Expansion<'a> {
    workspace: &'a Workspace,
    glossary: Glossary,
    problems: Vec<Problem>,
    /// The snapshots that a page shows.
    shown: HashSet<PathBuf>,
    /// The pages that SUMMARY.md lists.
    pages: HashSet<PathBuf>,
}

impl Expansion<'_> {
    fn page(&mut self, page: &mut Chapter) {
        let Some(source) = page.source_path.clone() else {
            return;
        };
        let file = Path::new("book/text").join(&source);
        let mut content = String::with_capacity(page.content.len() * 2);
        let mut done = 0;
        for placed in directive::find(&page.content) {
            content.push_str(&page.content[done..placed.range.start]);
            match placed
                .directive
                .and_then(|directive| self.render(directive))
            {
                // Blank lines around it, so that it is a block and no part of a paragraph.
                Ok(rendered) => {
                    content.push('\n');
                    content.push_str(rendered.trim_end());
                    content.push('\n');
                }
                Err(Fault { what, remedy }) => self
                    .problems
                    .push(Problem::new(&file, what, remedy).at(placed.line)),
            }
            done = placed.range.end;
        }
        content.push_str(&page.content[done..]);
        page.content = match source == Path::new(glossary::PAGE) {
            true => content,
            false => self.glossary.link(&content),
        };
        self.pages.insert(source);
    }

    fn render(&mut self, directive: Directive) -> Result<String, Fault> {
        let root = self.workspace.root();
        match directive {
            Directive::Listing { path, item, docs } => {
                listing::render(root, &path, &item, docs)
            }
            Directive::Transcript { path } => {
                let transcript = snapshot::transcript(root, &path);
                self.shown.insert(path);
                transcript.map(|transcript| figure::figure(&transcript))
            }
            Directive::Output { path } => {
                let output = snapshot::output(root, &path);
                self.shown.insert(path);
                output
            }
            Directive::Table { path } => {
                let table = table::render(root, &path);
                self.shown.insert(path);
                table
            }
            Directive::Chart { path } => {
                let chart = chart::render(root, &path);
                self.shown.insert(path);
                chart
            }
            Directive::Rows { name, through } => {
                let (paths, table) =
                    rows::render(self.workspace, &name, through.as_deref())?;
                self.shown.extend(paths);
                Ok(table)
            }
            Directive::Exercise { chapter, name } => {
                exercises::render(root, &chapter, &name).map_err(|error| {
                    Fault::new(
                        format!("{error:#}"),
                        "`cargo run -- list` shows them all",
                    )
                })
            }
            Directive::RfcMap => rfc_map::render(self.workspace),
            Directive::Lab { chapter } => {
                labs::render(root, &chapter).map_err(|error| {
                    Fault::new(format!("{error:#}"), "labs are in book/src/labs")
                })
            }
        }
    }

    fn unlisted_pages(&mut self) -> Result<()> {
        let text = self.workspace.text();
        for path in markdown_files(&text)? {
            let page = path.strip_prefix(&text).unwrap_or(&path);
            if page != Path::new("SUMMARY.md") && !self.pages.contains(page) {
                self.problems.push(Problem::new(
                    Path::new("book/text").join(page),
                    format!("SUMMARY.md does not list {}", slashes(page)),
                    "add it to book/text/SUMMARY.md, or remove the page",
                ));
            }
        }
        Ok(())
    }

    fn unused_snapshots(&mut self) -> Result<()> {
        for path in self.workspace.snapshots()? {
            if !self.shown.contains(&path) {
                self.problems.push(Problem::new(
                    &path,
                    "no page shows this snapshot",
                    "show it with {{#transcript …}}, {{#output …}}, {{#table …}} or \
                     {{#rows …}}; \
                     if it is the test's own business, keep it in a folder `golden`; \
                     if its test is gone, remove it",
                ));
            }
        }
        Ok(())
    }
}

fn markdown_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            found.extend(markdown_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    Ok(found)
}

/// Speaks mdBook's protocol for command preprocessors: the book as JSON on standard
/// input, the expanded book as JSON on standard output.
pub(crate) fn over_stdio(
    input: impl std::io::Read,
    output: impl std::io::Write,
) -> Result<()> {
    let (context, book) = mdbook_preprocessor::parse_input(input)?;
    let root = fs::canonicalize(&context.root)?;
    let book = Wire::new(Workspace::around(&root)?).run(&context, book)?;
    serde_json::to_writer(output, &book)?;
    Ok(())
}
