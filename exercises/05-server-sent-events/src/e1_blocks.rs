//! Write what a reader is told: a page of the board, as blocks of an event stream.
//!
//! A `Page` has a `gap` (the events that are no longer kept, by their first and last
//! number, or `None`), then `events`, each with its number and its text. A reader must get
//! from it, in this order:
//!
//! * if there is a gap, a message of the type `gap` whose data is the gap as JSON,
//!   `{"first":1,"last":2}`. `serde_json::to_string(gap)` writes it;
//! * for each event, a message without a type of its own, whose data is the text.
//!
//! Each of them has an id, so that a reader who is cut off right after it asks for what
//! comes next and for nothing it has been told. A text may be anything: empty, beginning
//! with a blank, of several lines, which may end with LF, CR or CR LF. A reader gets an LF
//! for each of these line ends. What may not happen is that a part of a text is taken for
//! a field.
//!
//! Write `blocks`, by hand. The checks read what you have written with the chapter's
//! parser, so the order of the fields is yours to choose.
//!
//! When it works, `cargo run -p ex05-server-sent-events` serves your blocks, and the lab of
//! this chapter can read them.

use short_polling::Page;

/// The page as blocks of an event stream.
pub fn blocks(page: &Page) -> String {
    todo!("write a block for the gap, if there is one, and a block for each event")
}
