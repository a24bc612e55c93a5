//! The RFC map: which section is kept where, and proved by what, from the citations in the
//! chapters' sources.

mod standard;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;

use crate::directive::Fault;
use crate::links::walk;
use crate::listing::Span;
use crate::workspace::{Workspace, entries};
use standard::HTML;

/// `RFC 9112 §6.3` in order: the number, then the section's parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Section {
    rfc: u32,
    parts: Vec<u32>,
}

/// Where a section is cited: in code, and in tests.
#[derive(Debug, Default)]
struct Citations {
    code: BTreeSet<Place>,
    tests: BTreeSet<Place>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    file: String,
    item: String,
}

/// In the place of an item's name.
const WHOLE_FILE: &str = "the whole file";

type Map = BTreeMap<Section, Citations>;

/// Renders the map of all chapters.
pub(crate) fn render(workspace: &Workspace) -> Result<String, Fault> {
    let map = collect(workspace).map_err(|error| {
        Fault::new(
            format!("cannot read the chapters' sources: {error}"),
            "the map is made from chapters/*/src and chapters/*/tests",
        )
    })?;
    let mut out = String::new();
    let mut rfc = None;
    for (section, citations) in &map {
        if rfc.replace(section.rfc) != Some(section.rfc) {
            if !out.is_empty() {
                out.push_str("</tbody></table></div>\n\n");
            }
            table::begin(section.rfc, &mut out);
        }
        table::row(section, citations, &mut out);
    }
    if !out.is_empty() {
        out.push_str("</tbody></table></div>\n");
    }
    Ok(out)
}

fn collect(workspace: &Workspace) -> io::Result<Map> {
    let mut map = Map::new();
    for chapter in entries(&workspace.root().join("chapters"))? {
        let name = chapter.file_name().unwrap_or_default().to_string_lossy();
        for part in ["src", "tests"] {
            let mut files = Vec::new();
            walk(&chapter.join(part), &format!("{part}/"), &mut files)?;
            for file in files.iter().filter(|file| file.ends_with(".rs")) {
                let path = chapter.join(file);
                let source = fs::read_to_string(&path)?;
                if !source.contains('§')
                    && !source.contains("fn rfc")
                    && !source.contains("fn html_")
                {
                    continue;
                }
                // A file that does not parse is reported by the compiler.
                let items = workspace.items(&path, &source).unwrap_or_default();
                cite(&source, &items, &format!("{name}/{file}"), &mut map);
            }
        }
    }
    Ok(map)
}

/// Adds the citations of one file: those in its text, and those that its tests have in
/// their names, as `rfc9112_5_2_obsolete_line_folding` has.
fn cite(source: &str, items: &[Span], file: &str, map: &mut Map) {
    let mut found = cited(source, file);
    let is_test_file = file.contains("/tests/");
    let named = items.iter().filter_map(|item| {
        let name = item.name.rsplit("::").next()?;
        Some((*item.lines.end(), section_of_name(name)?))
    });
    found.extend(named);
    for (line, section) in found {
        let found = enclosing(items, line);
        let is_in_tests =
            is_test_file || found.is_some_and(|item| item.name.starts_with("tests::"));
        let item = match found {
            // A constant or a helper proves nothing; the file that it serves may.
            Some(item) if is_in_tests && !is_test(source, item) => {
                if !is_about_the_file(source, line) {
                    continue;
                }
                WHOLE_FILE
            }
            Some(item) => item.name.trim_start_matches("tests::"),
            None => WHOLE_FILE,
        };
        let citations = map.entry(section).or_default();
        let places = match is_in_tests {
            true => &mut citations.tests,
            false => &mut citations.code,
        };
        places.insert(Place {
            file: file.to_owned(),
            item: item.to_owned(),
        });
    }
}

fn is_test(source: &str, item: &Span) -> bool {
    let (start, end) = (*item.lines.start(), *item.lines.end());
    let mut lines = source.lines().skip(start - 1).take(end + 1 - start);
    lines.any(|line| line.trim_start() == "#[test]")
}

fn is_about_the_file(source: &str, line: usize) -> bool {
    let text = source.lines().nth(line - 1);
    text.is_some_and(|text| text.starts_with("//!"))
}

/// The sections cited in the text of a file, with their lines. One without an RFC beside
/// it belongs to the one that the file names most often.
fn cited(source: &str, file: &str) -> Vec<(usize, Section)> {
    let home = home(source, file);
    let mut wrapped = None;
    let mut found = Vec::new();
    for (index, line) in source.lines().enumerate() {
        let mut rfc = wrapped.take().or(home);
        let cited = sections(line);
        // A comment may be wrapped between the RFC and its section.
        if let Some((number @ Some(_), None)) = cited.last() {
            wrapped = *number;
        }
        for (number, parts) in cited {
            rfc = number.or(rfc);
            if let (Some(rfc), Some(parts)) = (rfc, parts) {
                found.push((index + 1, Section { rfc, parts }));
            }
        }
    }
    found
}

fn home(source: &str, file: &str) -> Option<u32> {
    let named = file.split("/rfc").nth(1).and_then(leading_number);
    if let Some((rfc, _)) = named {
        return Some(rfc);
    }
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for rfc in source.lines().flat_map(sections).filter_map(|(rfc, _)| rfc) {
        *counts.entry(rfc).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(rfc, _)| rfc)
}

/// `rfc9112_5_2_obsolete_line_folding` is about RFC 9112 §5.2.
fn section_of_name(name: &str) -> Option<Section> {
    let (mut words, rfc);
    if let Some(section) = name.strip_prefix("html_") {
        (words, rfc) = (section.split('_'), HTML);
    } else {
        words = name.strip_prefix("rfc")?.split('_');
        rfc = words.next()?.parse().ok()?;
    }
    let parts: Vec<u32> = words.map_while(|word| word.parse().ok()).collect();
    (!parts.is_empty()).then_some(Section { rfc, parts })
}

/// The innermost item around a line. Between the items of a module or an impl it is the
/// next one, above which the comment stands.
fn enclosing(items: &[Span], line: usize) -> Option<&Span> {
    let holds = |outer: &Span, inner: &Span| {
        outer.name != inner.name
            && outer.lines.contains(inner.lines.start())
            && outer.lines.contains(inner.lines.end())
    };
    let around = items
        .iter()
        .filter(|item| item.lines.contains(&line))
        .min_by_key(|item| item.lines.end() - item.lines.start());
    let below = items
        .iter()
        .filter(|item| (line..line + 4).contains(item.lines.start()))
        .min_by_key(|item| *item.lines.start());
    match around {
        Some(outer) if items.iter().any(|inner| holds(outer, inner)) => {
            below.or(Some(outer))
        }
        Some(innermost) => Some(innermost),
        None => below,
    }
}

/// What a line cites, in order: the number of an RFC, a section, or both.
fn sections(line: &str) -> Vec<(Option<u32>, Option<Vec<u32>>)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(['R', 'H', '§']) {
        rest = &rest[at..];
        if rest.starts_with("HTML §") {
            found.push((Some(HTML), None));
            rest = &rest["HTML ".len()..];
        } else if let Some((number, after)) =
            rest.strip_prefix("RFC ").and_then(leading_number)
        {
            found.push((Some(number), None));
            rest = after;
        } else if let Some((parts, after)) = rest.strip_prefix('§').and_then(dotted) {
            found.push((None, Some(parts)));
            rest = after;
        } else {
            let mut characters = rest.chars();
            characters.next();
            rest = characters.as_str();
        }
    }
    found
}

/// `6.3` of `6.3).`
fn dotted(text: &str) -> Option<(Vec<u32>, &str)> {
    let (first, mut rest) = leading_number(text)?;
    let mut parts = vec![first];
    while let Some((part, after)) = rest.strip_prefix('.').and_then(leading_number) {
        parts.push(part);
        rest = after;
    }
    Some((parts, rest))
}

fn leading_number(text: &str) -> Option<(u32, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests;
