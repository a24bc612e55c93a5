//! What is said over a line that is made of requests, as JSON.

use serde::{Deserialize, Serialize};

/// Where lines are.
pub(super) const LINES: &str = "/chat/line";

/// A line was opened.
#[derive(Debug, Deserialize)]
pub(super) struct Opened {
    /// Its name. Whose it is, is shown by a cookie.
    pub(super) line: String,
}

/// Some messages of the client.
#[derive(Debug, Serialize)]
pub(super) struct SaysAll<'a> {
    /// The number of the first, counted from 1.
    pub(super) n: u64,
    pub(super) messages: &'a [String],
    /// The number of the last message of the server that has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) after: Option<u64>,
}

/// What is new on a line.
#[derive(Debug, Deserialize)]
pub(super) struct Polled {
    pub(super) messages: Vec<String>,
    /// The number of the last message so far.
    pub(super) last: u64,
    #[serde(default)]
    pub(super) closed: Option<ClosedWith>,
}

/// How the server has closed a line.
#[derive(Debug, Deserialize)]
pub(super) struct ClosedWith {
    pub(super) code: u16,
    pub(super) reason: String,
}

/// The path of what is to be done with a line.
pub(super) fn path(line: &str, what: &str) -> String {
    format!("{LINES}/{line}/{what}")
}

impl Opened {
    /// Whether the name can stand in a path: it is random, and nothing else.
    pub(super) fn is_a_name(&self) -> bool {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        (1..=64).contains(&self.line.len()) && self.line.bytes().all(is_plain)
    }
}
