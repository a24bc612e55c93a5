//! In axum 0.8.9's `examples/chat`, the first text of a client is its name. Below is what
//! becomes of it there, without the I/O. Three things are wrong with it:
//!
//! * Who leaves before they have said anything joins: everybody reads " joined.", and then
//!   " left.".
//! * An empty name is refused with "Username already taken.", which it is not; and from then
//!   on it is, since it stays in the set, and nobody has it.
//! * "Ann" and "Ann " are two people.
//!
//! Repair `introduce`. A name is trimmed; it is not empty; nobody else has it. Who is
//! refused is told why, `TAKEN` or `EMPTY`, and leaves nothing in the set.

use std::collections::HashSet;

/// Somebody has that name.
pub const TAKEN: &str = "Username already taken.";

/// There is no name in it.
pub const EMPTY: &str = "A name is not empty.";

/// The first that is heard of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First<'a> {
    /// A text.
    Text(&'a str),
    /// Its connection ends.
    Gone,
}

/// What is done then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// It joins, under this name.
    Joins(String),
    /// It is told this, and its connection is closed.
    Refused(&'static str),
    /// Nothing: there is nobody.
    Nothing,
}

/// Decides about the first that is heard of a client. `taken` are the names of those who are
/// there.
pub fn introduce(first: First<'_>, taken: &mut HashSet<String>) -> Then {
    let First::Text(wanted) = first else {
        return Then::Nothing;
    };
    let name = wanted.trim();
    if name.is_empty() {
        return Then::Refused(EMPTY);
    }
    if !taken.insert(name.to_owned()) {
        return Then::Refused(TAKEN);
    }
    Then::Joins(name.to_owned())
}
