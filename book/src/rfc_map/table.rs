//! The map as HTML: a table for each standard.

use std::fmt::Write as _;

use super::standard::Standard;
use super::{Citations, Place, Section};
use crate::html::Escaped;

/// Opens the table of one standard.
pub(super) fn begin(rfc: u32, out: &mut String) {
    let (standard, name) = (Standard(rfc), Standard(rfc).name());
    write!(
        out,
        "## {standard}{name}\n\n<div class=\"table-wrapper\" tabindex=\"0\">\
         <table class=\"rfc-map\"><thead><tr><th scope=\"col\">Section</th>\
         <th scope=\"col\">Kept in</th><th scope=\"col\">Proved by</th></tr></thead><tbody>\n"
    )
    .expect("infallible");
}

/// The row of one section.
pub(super) fn row(section: &Section, citations: &Citations, out: &mut String) {
    let rfc = section.rfc;
    let parts: Vec<_> = section.parts.iter().map(u32::to_string).collect();
    let parts = parts.join(".");
    write!(
        out,
        "<tr><td><a href=\"{}\">§{parts}</a></td>",
        Standard(rfc).address(&parts)
    )
    .expect("infallible");
    for places in [&citations.code, &citations.tests] {
        out.push_str("<td>");
        for Place { file, item } in places {
            let (file, item) = (breakable(file), breakable(item));
            write!(
                out,
                "<div><span class=\"rfc-item\">{item}</span> \
                 <span class=\"rfc-file\">{file}</span></div>"
            )
            .expect("infallible");
        }
        out.push_str("</td>");
    }
    out.push_str("</tr>\n");
}

/// A path or a name that may be broken between its words, and nowhere else.
pub(super) fn breakable(name: &str) -> String {
    let mut out = Escaped(name).to_string();
    for end in ["/", "::", "_"] {
        out = out.replace(end, &format!("{end}<wbr>"));
    }
    out
}
