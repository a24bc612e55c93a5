//! The directives that stand in pages for what code produces.

use std::ops::Range;
use std::path::PathBuf;

use pulldown_cmark::{Event, Options, Parser, Tag};

/// What a directive asks for. Paths are from the workspace's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Directive {
    /// `{{#listing FILE ITEM}}`, and ` docs` at its end to keep the doc comments.
    Listing {
        path: PathBuf,
        item: String,
        docs: bool,
    },
    /// `{{#transcript FILE.snap}}`: a sequence figure.
    Transcript { path: PathBuf },
    /// `{{#output FILE.snap}}`: a command and what it printed.
    Output { path: PathBuf },
    /// `{{#table FILE}}`: a ledger or a measurement.
    Table { path: PathBuf },
    /// `{{#chart FILE}}`: curves over an axis.
    Chart { path: PathBuf },
    /// `{{#rows NAME}}`: one table of the rows that the chapters have recorded under this
    /// name, and ` CHAPTER` at its end for those up to that chapter.
    Rows {
        name: String,
        through: Option<String>,
    },
    /// `{{#exercise CHAPTER NAME}}`: an exercise's box.
    Exercise { chapter: String, name: String },
    /// `{{#lab CHAPTER}}`: the live lab.
    Lab { chapter: String },
    /// `{{#rfc-map}}`: the sections that the sources cite.
    RfcMap,
}

/// What is wrong with a directive, before it is known where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) what: String,
    pub(crate) remedy: String,
}

impl Fault {
    pub(crate) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

/// A directive and its place in the page.
#[derive(Debug)]
pub(crate) struct Placed {
    /// Its line, counted from 1.
    pub(crate) line: usize,
    /// The bytes of that line, without the line end.
    pub(crate) range: Range<usize>,
    pub(crate) directive: Result<Directive, Fault>,
}

/// Finds the directives of a page, those inside code excepted.
pub(crate) fn find(page: &str) -> Vec<Placed> {
    let code = code_ranges(page);
    let mut found = Vec::new();
    let mut start = 0;
    for (index, line) in page.split_inclusive('\n').enumerate() {
        let text = line.trim_end_matches(['\n', '\r']);
        if let Some(at) = text.find("{{#")
            && !code.iter().any(|range| range.contains(&(start + at)))
        {
            found.push(Placed {
                line: index + 1,
                range: start..start + text.len(),
                directive: parse(text),
            });
        }
        start += line.len();
    }
    found
}

/// The Markdown that mdBook reads: the same extensions, so that offsets agree.
pub(crate) fn markdown(page: &str) -> Parser<'_> {
    Parser::new_ext(
        page,
        Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_DEFINITION_LIST
            | Options::ENABLE_GFM,
    )
}

fn code_ranges(page: &str) -> Vec<Range<usize>> {
    markdown(page)
        .into_offset_iter()
        .filter(|(event, _)| {
            matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_))
        })
        .map(|(_, range)| range)
        .collect()
}

fn parse(line: &str) -> Result<Directive, Fault> {
    let alone = line
        .trim()
        .strip_prefix("{{#")
        .and_then(|rest| rest.strip_suffix("}}"))
        .filter(|inner| !inner.contains("{{"));
    let Some(inner) = alone else {
        return Err(Fault::new(
            "a directive shares its line with something else",
            "put it on a line of its own: {{#name arguments}}",
        ));
    };
    let mut words = inner.split_whitespace();
    let name = words.next().unwrap_or_default();
    let arguments: Vec<&str> = words.collect();
    match (name, arguments.as_slice()) {
        ("listing", [path, item @ .., "docs"]) if !item.is_empty() => {
            Ok(listing(path, item, true))
        }
        ("listing", [path, item @ ..]) if !item.is_empty() => {
            Ok(listing(path, item, false))
        }
        ("transcript", [path]) => Ok(Directive::Transcript { path: path.into() }),
        ("output", [path]) => Ok(Directive::Output { path: path.into() }),
        ("table", [path]) => Ok(Directive::Table { path: path.into() }),
        ("chart", [path]) => Ok(Directive::Chart { path: path.into() }),
        ("rows", [name, through @ ..]) if through.len() < 2 => Ok(Directive::Rows {
            name: (*name).to_owned(),
            through: through.first().map(|chapter| (*chapter).to_owned()),
        }),
        ("exercise", [chapter, name]) => Ok(Directive::Exercise {
            chapter: (*chapter).to_owned(),
            name: (*name).to_owned(),
        }),
        ("lab", [chapter]) => Ok(Directive::Lab {
            chapter: (*chapter).to_owned(),
        }),
        ("rfc-map", []) => Ok(Directive::RfcMap),
        _ => Err(misused(name)),
    }
}

fn listing(path: &str, item: &[&str], docs: bool) -> Directive {
    Directive::Listing {
        path: path.into(),
        item: item.join(" "),
        docs,
    }
}

fn misused(name: &str) -> Fault {
    let usage = match name {
        "listing" => "{{#listing chapters/NN-topic/src/FILE.rs Type::method}}",
        "transcript" => "{{#transcript chapters/NN-topic/tests/snapshots/NAME.snap}}",
        "output" => "{{#output chapters/NN-topic/tests/snapshots/NAME.snap}}",
        "table" => "{{#table chapters/NN-topic/tests/snapshots/NAME.snap}}",
        "chart" => "{{#chart chapters/NN-topic/tests/snapshots/NAME.snap}}",
        "rows" => "{{#rows NAME}}, or {{#rows NAME NN}} for the chapters up to NN",
        "exercise" => "{{#exercise NN eN_name}}",
        "lab" => "{{#lab NN}}",
        "rfc-map" => "{{#rfc-map}}",
        _ => {
            return Fault::new(
                format!("there is no directive `{name}`"),
                "there are: listing, transcript, output, table, chart, rows, exercise, \
                 lab, rfc-map",
            );
        }
    };
    Fault::new(
        format!("the arguments of `{name}` do not fit"),
        format!("write {usage}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(page: &str) -> Result<Directive, Fault> {
        let mut found = find(page);
        assert_eq!(found.len(), 1, "one directive in {page:?}");
        found.remove(0).directive
    }

    #[test]
    fn a_listing_takes_an_item_of_several_words() {
        assert_eq!(
            only("{{#listing a/b.rs impl Listen for Tcp}}"),
            Ok(listing("a/b.rs", &["impl", "Listen", "for", "Tcp"], false))
        );
        assert_eq!(
            only("{{#listing a/b.rs docs docs}}"),
            Ok(listing("a/b.rs", &["docs"], true)),
            "an item may be called docs"
        );
    }

    #[test]
    fn rows_are_those_of_all_chapters_or_up_to_one() {
        let rows = |through: Option<&str>| Directive::Rows {
            name: "contract".to_owned(),
            through: through.map(str::to_owned),
        };
        assert_eq!(only("{{#rows contract}}"), Ok(rows(None)));
        assert_eq!(only("{{#rows contract 03}}"), Ok(rows(Some("03"))));
        assert!(only("{{#rows}}").is_err() && only("{{#rows a 1 2}}").is_err());
    }

    #[test]
    fn lines_and_ranges_are_the_pages() {
        let page = "# T\r\n\r\n{{#lab 02}}\r\nend";
        let found = find(page);
        assert_eq!(found[0].line, 3);
        assert_eq!(&page[found[0].range.clone()], "{{#lab 02}}");
    }

    #[test]
    fn code_is_left_alone() {
        let page = "```\n{{#lab 02}}\n```\n\nLike `{{#lab 02}}` here.\n";
        assert!(find(page).is_empty());
    }

    #[test]
    fn a_slip_is_answered_with_the_right_form() {
        let fault = |page| only(page).expect_err("a fault");
        assert_eq!(
            fault("see {{#lab 02}}").what,
            "a directive shares its line with something else"
        );
        assert_eq!(
            fault("{{#include a.md}}").what,
            "there is no directive `include`"
        );
        assert_eq!(
            fault("{{#exercise 01}}").remedy,
            "write {{#exercise NN eN_name}}"
        );
        assert_eq!(
            fault("{{#listing a.rs}}").what,
            "the arguments of `listing` do not fit"
        );
    }
}
