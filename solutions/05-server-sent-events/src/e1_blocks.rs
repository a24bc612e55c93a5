//! A page of the board as blocks of an event stream.

use std::fmt::Write as _;

use short_polling::Page;

/// The page as blocks of an event stream.
pub fn blocks(page: &Page) -> String {
    let mut out = String::new();
    if let Some(gap) = &page.gap {
        let data = serde_json::to_string(gap).expect("two numbers are JSON");
        let id = gap.last;
        write!(out, "id: {id}\nevent: gap\ndata: {data}\n\n")
            .expect("a String takes it");
    }
    for event in &page.events {
        writeln!(out, "id: {}", event.seq).expect("a String takes it");
        let text = event.text.replace("\r\n", "\n");
        for line in text.split(['\r', '\n']) {
            writeln!(out, "data: {line}").expect("a String takes it");
        }
        out.push('\n');
    }
    out
}
