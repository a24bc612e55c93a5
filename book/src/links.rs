//! The link check: every internal link of the built pages leads somewhere, and nothing is
//! loaded from outside.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::Path;

use html5ever::TokenizerResult;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};

use crate::problem::{Problem, nearest};
use crate::workspace::{Workspace, entries};

/// What a page links to, and what can be linked to in it.
#[derive(Debug, Default)]
struct Page {
    ids: HashSet<String>,
    links: Vec<Link>,
}

#[derive(Debug)]
struct Link {
    target: String,
    /// Loaded with the page, rather than followed by the reader.
    loaded: bool,
}

/// Checks the pages built into `site`.
pub(crate) fn check(workspace: &Workspace, site: &Path) -> io::Result<Vec<Problem>> {
    let mut files = Vec::new();
    walk(site, "", &mut files)?;
    let mut pages = BTreeMap::new();
    for name in files.iter().filter(|name| name.ends_with(".html")) {
        pages.insert(name.as_str(), scan(&fs::read_to_string(site.join(name))?));
    }
    let files: HashSet<&str> = files.iter().map(String::as_str).collect();
    let mut problems = Vec::new();
    for (name, page) in &pages {
        for link in &page.links {
            if let Some((what, remedy)) = judge(name, link, &pages, &files) {
                problems.push(place(workspace, name, &link.target, what, remedy));
            }
        }
    }
    Ok(problems)
}

/// The files under `folder`, as paths with forward slashes.
pub(crate) fn walk(
    folder: &Path,
    prefix: &str,
    found: &mut Vec<String>,
) -> io::Result<()> {
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            walk(&path, &format!("{name}/"), found)?;
        } else {
            found.push(name);
        }
    }
    Ok(())
}

fn scan(html: &str) -> Page {
    let input = BufferQueue::default();
    input.push_back(html.into());
    let tokenizer = Tokenizer::new(Scanner::default(), TokenizerOpts::default());
    // Nothing is run here: a request to run a script is passed over.
    while let TokenizerResult::Script(()) = tokenizer.feed(&input) {}
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Default)]
struct Scanner(RefCell<Page>);

impl TokenSink for Scanner {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else {
            return TokenSinkResult::Continue;
        };
        if tag.kind == TagKind::StartTag {
            self.0.borrow_mut().visit(&tag);
            // What is inside a script or a style is no markup.
            if matches!(&*tag.name, "script" | "style") {
                return TokenSinkResult::RawData(RawKind::ScriptData);
            }
        }
        TokenSinkResult::Continue
    }
}

impl Page {
    fn visit(&mut self, tag: &Tag) {
        for attribute in &tag.attrs {
            let loaded = match (&*tag.name, &*attribute.name.local) {
                (_, "id") => {
                    self.ids.insert(attribute.value.to_string());
                    continue;
                }
                ("a", "href") => false,
                ("link", "href") | (_, "src") => true,
                _ => continue,
            };
            self.links.push(Link {
                target: attribute.value.to_string(),
                loaded,
            });
        }
    }
}

/// What is wrong with a link, and what to do about it.
fn judge(
    page: &str,
    link: &Link,
    pages: &BTreeMap<&str, Page>,
    files: &HashSet<&str>,
) -> Option<(String, String)> {
    let target = &link.target;
    if is_outside(target) {
        return link.loaded.then(|| {
            (
                format!("the page loads {target} from outside"),
                "put the file into book/text or book/theme: the book works offline"
                    .to_owned(),
            )
        });
    }
    if target.starts_with("data:") {
        return None;
    }
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let path = decoded(path.split('?').next().unwrap_or_default());
    let file = match path.as_str() {
        "" => page.to_owned(),
        path => resolved(page, path),
    };
    if !files.contains(file.as_str()) {
        let near = nearest(&file, files.iter().copied());
        return Some((
            format!("the link to {target} leads to no page"),
            suggestion(near, "the pages are in book/text, listed in SUMMARY.md"),
        ));
    }
    let fragment = decoded(fragment);
    let ids = &pages.get(file.as_str())?.ids;
    if fragment.is_empty() || ids.contains(&fragment) {
        return None;
    }
    let near = nearest(&fragment, ids.iter().map(String::as_str));
    Some((
        format!("the link to {target} leads to no such place in {file}"),
        suggestion(near, "a fragment is a heading in lower case with hyphens"),
    ))
}

fn suggestion(near: Option<&str>, otherwise: &str) -> String {
    match near {
        Some(near) => format!("did you mean {near}?"),
        None => otherwise.to_owned(),
    }
}

fn is_outside(target: &str) -> bool {
    target.starts_with("//")
        || target.split_once(':').is_some_and(|(scheme, _)| {
            scheme != "data"
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        })
}

/// `target` seen from `page`, from the site's root.
fn resolved(page: &str, target: &str) -> String {
    let (folder, target) = match target.strip_prefix('/') {
        Some(absolute) => ("", absolute),
        None => (
            page.rsplit_once('/').map_or("", |(folder, _)| folder),
            target,
        ),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(target.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if target.is_empty() || target.ends_with('/') {
        parts.push("index.html");
    }
    parts.join("/")
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Names the Markdown page and the line that the link stands in.
fn place(
    workspace: &Workspace,
    page: &str,
    target: &str,
    what: String,
    remedy: String,
) -> Problem {
    let source = format!("book/text/{}", page.replace(".html", ".md"));
    let Ok(text) = fs::read_to_string(workspace.root().join(&source)) else {
        return Problem::new(page, what, remedy);
    };
    let written = target.replace(".html", ".md");
    let line = text
        .lines()
        .position(|line| line.contains(&written) || line.contains(target));
    let problem = Problem::new(source, what, remedy);
    match line {
        Some(index) => problem.at(index + 1),
        None => problem,
    }
}

#[cfg(test)]
mod tests;
