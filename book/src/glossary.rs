//! The glossary: its terms, and a link from the first use of each on a page.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::directive::markdown;

/// The page that holds the definitions.
pub(crate) const PAGE: &str = "glossary.md";

/// The terms of the glossary page: the titles of its definition list.
#[derive(Debug, Default)]
pub(crate) struct Glossary {
    terms: Vec<Term>,
}

#[derive(Debug, PartialEq, Eq)]
struct Term {
    /// The fragment that mdBook gives the definition.
    id: String,
    /// The title, and what stands in `<!-- also: …, … -->` at the definition's end.
    names: Vec<String>,
}

impl Glossary {
    /// Reads the definition list of the glossary page.
    pub(crate) fn parse(page: &str) -> Self {
        let mut terms: Vec<Term> = Vec::new();
        let mut title: Option<String> = None;
        for event in markdown(page) {
            match event {
                Event::Start(Tag::DefinitionListTitle) => title = Some(String::new()),
                Event::Text(text) | Event::Code(text) => {
                    if let Some(title) = &mut title {
                        title.push_str(&text);
                    }
                }
                Event::End(TagEnd::DefinitionListTitle) => {
                    terms.extend(title.take().map(|name| Term {
                        id: fragment(&name),
                        names: vec![name],
                    }));
                }
                Event::InlineHtml(html) | Event::Html(html) => {
                    if let (Some(term), Some(names)) = (terms.last_mut(), also(&html)) {
                        term.names.extend(names.map(str::to_owned));
                    }
                }
                _ => {}
            }
        }
        Self { terms }
    }

    /// Links the first use of each term. Headings, code, links and HTML are left alone; a
    /// term that the author links already is not linked again.
    pub(crate) fn link(&self, page: &str) -> String {
        let mut linked: HashSet<&str> = HashSet::new();
        let mut edits: Vec<(Range<usize>, &str)> = Vec::new();
        let mut closed = 0_usize;
        for (event, range) in markdown(page).into_offset_iter() {
            match event {
                Event::Start(tag) if is_closed(&tag) => {
                    closed += 1;
                    if let Tag::Link { dest_url, .. } = &tag
                        && let Some((PAGE, id)) = dest_url.split_once('#')
                        && let Some(term) = self.terms.iter().find(|term| term.id == id)
                    {
                        linked.insert(&term.id);
                    }
                }
                Event::End(tag) if is_closed_end(tag) => closed -= 1,
                // Where an escape or an entity stands, the text is not the source.
                Event::Text(text) if closed == 0 && *text == page[range.clone()] => {
                    self.uses(&text, range.start, &mut linked, &mut edits);
                }
                _ => {}
            }
        }
        apply(page, edits)
    }

    fn uses<'a>(
        &'a self,
        text: &str,
        offset: usize,
        linked: &mut HashSet<&'a str>,
        edits: &mut Vec<(Range<usize>, &'a str)>,
    ) {
        let lower = text.to_ascii_lowercase();
        let mut uses: Vec<(Range<usize>, &str)> = self
            .terms
            .iter()
            .filter(|term| !linked.contains(term.id.as_str()))
            .flat_map(|term| term.names.iter().map(move |name| (term, name)))
            .flat_map(|(term, name)| {
                matches(text, &lower, name).map(|range| (range, term.id.as_str()))
            })
            .collect();
        // Where two begin together the longer wins: `long poll` before `long`.
        uses.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
        let mut end = 0;
        for (range, id) in uses {
            if range.start >= end && linked.insert(id) {
                end = range.end;
                edits.push((offset + range.start..offset + range.end, id));
            }
        }
    }
}

/// `<!-- also: head of a request, heads -->`.
fn also(html: &str) -> Option<impl Iterator<Item = &str>> {
    let names = html
        .trim()
        .strip_prefix("<!-- also:")?
        .strip_suffix("-->")?;
    Some(names.split(',').map(str::trim))
}

/// The uses of `name` as a word of its own, a plural `s` included. A name with a capital
/// letter is matched as it is written (`ETag`), any other also at the start of a sentence.
fn matches<'a>(
    text: &'a str,
    lower: &'a str,
    name: &'a str,
) -> impl Iterator<Item = Range<usize>> {
    let text = match name.contains(char::is_uppercase) {
        true => text,
        false => lower,
    };
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.match_indices(name).filter_map(move |(start, _)| {
        let mut end = start + name.len();
        if text[end..].starts_with('s') {
            end += 1;
        }
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        let alone = !before.is_some_and(is_word) && !after.is_some_and(is_word);
        alone.then_some(start..end)
    })
}

fn is_closed(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Heading { .. }
            | Tag::Link { .. }
            | Tag::Image { .. }
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::DefinitionListTitle
    )
}

fn is_closed_end(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Heading(_)
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::DefinitionListTitle
    )
}

fn apply(page: &str, edits: Vec<(Range<usize>, &str)>) -> String {
    let mut out = String::with_capacity(page.len() + edits.len() * 32);
    let mut done = 0;
    for (range, id) in edits {
        out.push_str(&page[done..range.start]);
        out.push('[');
        out.push_str(&page[range.clone()]);
        out.push_str("](");
        out.push_str(PAGE);
        out.push('#');
        out.push_str(id);
        out.push(')');
        done = range.end;
    }
    out.push_str(&page[done..]);
    out
}

/// The fragment that mdBook makes of a title; the link check would notice a difference.
fn fragment(title: &str) -> String {
    title
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
            c if c.is_whitespace() => Some('-'),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: &str = "# Glossary\n\n\
        cursor\n: Where a reader is. <!-- also: sequence number -->\n\n\
        long poll\n: A request that waits.\n\n\
        long\n: Not short.\n\n\
        ETag\n: A validator.\n";

    fn linked(page: &str) -> String {
        Glossary::parse(TERMS).link(page)
    }

    #[test]
    fn titles_and_other_names_are_terms() {
        let terms = Glossary::parse(TERMS).terms;
        assert_eq!(terms[0].names, ["cursor", "sequence number"]);
        assert_eq!(terms[1].id, "long-poll");
        assert_eq!(terms.len(), 4);
    }

    #[test]
    fn the_first_use_is_linked_and_no_other() {
        assert_eq!(
            linked("Cursors move. A cursor moves.\n\nThe cursor.\n"),
            "[Cursors](glossary.md#cursor) move. A cursor moves.\n\nThe cursor.\n"
        );
        assert_eq!(
            linked("a *sequence number*, a cursor"),
            "a *[sequence number](glossary.md#cursor)*, a cursor"
        );
    }

    #[test]
    fn the_longer_term_wins_and_words_are_whole() {
        assert_eq!(
            linked("a long poll, a longer one, a long-lived one, a long one"),
            "a [long poll](glossary.md#long-poll), a longer one, a long-lived one, \
             a [long](glossary.md#long) one"
        );
    }

    #[test]
    fn a_name_with_capitals_is_matched_as_written() {
        assert_eq!(linked("etag and ETag"), "etag and [ETag](glossary.md#etag)");
    }

    #[test]
    fn headings_code_links_and_html_are_left_alone() {
        let page = "# The cursor\n\n`cursor` and [a cursor](x.md)\n\n\
                    <p>cursor</p>\n\n```\ncursor\n```\n";
        assert_eq!(linked(page), page);
        let by_hand = "See [it](glossary.md#cursor): a cursor.";
        assert_eq!(linked(by_hand), by_hand);
    }
}
