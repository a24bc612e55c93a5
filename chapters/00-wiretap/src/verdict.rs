//! Assertions for exercises: what was asked, what came, and the first byte that differs.
//!
//! `assert_eq!` prints two long strings and leaves the search to the reader, and it cannot
//! show that a line end is one byte where two were asked for. A verdict says which rule is
//! at stake, names the first differing byte and the place it lies in (a header field, a
//! field of a frame), and draws both sides next to each other, with nothing invisible.
//!
//! ```should_panic
//! use wiretap::verdict::{self, Rule};
//!
//! const LINE_END: Rule = Rule::new("RFC 9112 §2.2", "Each line of a head ends in CR LF.");
//! verdict::bytes(LINE_END, b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\n\n");
//! ```

mod frame;
mod hex;
mod layout;
mod place;
#[doc(hidden)]
pub mod recorded;

use std::fmt::{Debug, Display};
use std::panic::Location;

use anstyle::{AnsiColor, Style};

use layout::Pair;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const EXPECTED: Style = AnsiColor::Green.on_default().bold();
pub(crate) const YOURS: Style = AnsiColor::Red.on_default().bold();

/// What a check asks for, and where that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The section, such as `RFC 9112 §2.2`; or the name of another source.
    pub section: &'static str,
    /// The rule in a sentence.
    pub text: &'static str,
}

impl Rule {
    /// A rule and the section it comes from.
    pub const fn new(section: &'static str, text: &'static str) -> Self {
        Self { section, text }
    }
}

/// Asserts that `got` is `expected`, byte for byte.
///
/// Where the bytes begin with an HTTP head, the message also names the line or the header
/// field in which they part.
///
/// # Panics
///
/// When they differ.
#[track_caller]
pub fn bytes(rule: Rule, expected: impl AsRef<[u8]>, got: impl AsRef<[u8]>) {
    let pair = Pair::new(expected.as_ref(), got.as_ref());
    let Some(at) = pair.first_difference() else {
        return;
    };
    let mut body = pair.sentence(at);
    if let Some(place) = place::in_a_head(&pair, at) {
        body += &format!("  {place}\n");
    }
    body += &pair.text_view(at);
    body += &pair.hex_view(at);
    fail_with(rule, &body);
}

/// Asserts that `got` is `expected`, with every line end and control character shown.
///
/// # Panics
///
/// When they differ.
#[track_caller]
pub fn text(rule: Rule, expected: impl AsRef<str>, got: impl AsRef<str>) {
    let (expected, got) = (expected.as_ref(), got.as_ref());
    let pair = Pair::new(expected.as_bytes(), got.as_bytes());
    let Some(at) = pair.first_difference() else {
        return;
    };
    let place = place::line_and_column(expected.as_bytes(), at);
    let mut body = pair.sentence(at);
    body += &format!("  {place}\n");
    body += &pair.text_view(at);
    body += &pair.hex_view(at);
    fail_with(rule, &body);
}

/// Asserts that two values are equal, and shows them as [`Debug`] prints them.
///
/// # Panics
///
/// When they differ.
#[track_caller]
pub fn equal<T: Debug + PartialEq<U>, U: Debug>(rule: Rule, expected: T, got: U) {
    if expected == got {
        return;
    }
    let (expected, got) = printed(&expected, &got);
    let body = match Pair::printed(&expected, &got) {
        pair if pair.is_short() => format!(
            "expected  {EXPECTED}{expected}{EXPECTED:#}\n\
             yours     {YOURS}{got}{YOURS:#}\n"
        ),
        pair => match pair.first_difference() {
            Some(at) => {
                let place = place::line_and_column(expected.as_bytes(), at);
                format!("First difference {place}\n") + &pair.text_view(at)
            }
            None => {
                let printed = layout::shortened(&expected);
                format!("both print as {printed}, and are not equal\n")
            }
        },
    };
    fail_with(rule, &body);
}

/// One line each where that fits beside a word, many lines otherwise.
fn printed(expected: &dyn Debug, got: &dyn Debug) -> (String, String) {
    let short = (format!("{expected:?}"), format!("{got:?}"));
    if short.0.len().max(short.1.len()) <= layout::SHORT {
        return short;
    }
    (format!("{expected:#?}"), format!("{got:#?}"))
}

/// Asserts that `got` is the WebSocket frame `expected`, and names the fields and the bit
/// that differ (RFC 6455 §5.2).
///
/// # Panics
///
/// When they differ.
#[track_caller]
pub fn frame(rule: Rule, expected: impl AsRef<[u8]>, got: impl AsRef<[u8]>) {
    let pair = Pair::new(expected.as_ref(), got.as_ref());
    let Some(at) = pair.first_difference() else {
        return;
    };
    let body = pair.sentence(at) + &frame::table(&pair, at) + &pair.hex_view(at);
    fail_with(rule, &body);
}

/// Asserts that `got` is not one known mistake, and says what that mistake is. Comes before
/// the check it belongs to: a plausible wrong answer deserves its own explanation.
///
/// # Panics
///
/// When `got` is `wrong`.
#[track_caller]
pub fn mistake<T: Debug + PartialEq<U>, U: Debug>(
    rule: Rule,
    wrong: T,
    got: U,
    why: impl Display,
) {
    if wrong != got {
        return;
    }
    let (got, _) = printed(&got, &());
    let got = layout::shortened(&got);
    fail_with(rule, &format!("yours  {YOURS}{got}{YOURS:#}\n\n{why}\n"));
}

/// Fails with a message about `rule`: for what no comparison expresses.
///
/// Of a line of more than 400 characters only the beginning and the end are shown, so a
/// message may name the bytes that it is about, however many they are.
///
/// # Panics
///
/// Always.
#[track_caller]
pub fn fail(rule: Rule, why: impl Display) -> ! {
    fail_with(rule, &(layout::shortened(&why.to_string()) + "\n"))
}

#[doc(inline)]
pub use crate::__verdict_snapshot as snapshot;

#[track_caller]
fn fail_with(rule: Rule, body: &str) -> ! {
    let hint = match hint_command(Location::caller().file()) {
        Some(command) => format!("\nA hint: {BOLD}{command}{BOLD:#}\n"),
        None => String::new(),
    };
    let Rule { section, text } = rule;
    let message =
        format!("\n{BOLD}{text}{BOLD:#} {DIM}({section}){DIM:#}\n\n{body}{hint}");
    // The test's output is collected and printed to stdout, so stdout decides on colour.
    // `choice` knows NO_COLOR, CLICOLOR and CLICOLOR_FORCE.
    match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => {
            panic!("{}", anstream::adapter::strip_str(&message))
        }
        _ => panic!("{message}"),
    }
}

/// `cargo run -- hint ex00 e1` for the checks in
/// `exercises/00-wiretap/tests/checks/e1_name.rs`, whoever runs them; nothing for a test
/// that belongs to no exercise.
fn hint_command(file: &str) -> Option<String> {
    let parts: Vec<&str> = file.split(['/', '\\']).collect();
    let folder = parts.iter().rposition(|part| *part == "exercises")? + 1;
    let (number, _topic) = parts.get(folder)?.split_once('-')?;
    let name = parts.last()?.strip_suffix(".rs")?;
    let short = name.split_once('_').map_or(name, |(short, _)| short);
    Some(format!("cargo run -- hint ex{number} {short}"))
}

#[cfg(test)]
mod tests {
    use super::hint_command;

    #[test]
    fn the_hint_is_found_from_the_place_of_the_check() {
        let hint = Some("cargo run -- hint ex01 e2".to_owned());
        for file in [
            "exercises/01-raw-http/tests/checks/e2_head.rs",
            "solutions/01-raw-http/tests/../../../exercises/01-raw-http/tests/checks/e2_head.rs",
            r"exercises\01-raw-http\tests\checks\e2_head.rs",
        ] {
            assert_eq!(hint_command(file), hint, "{file}");
        }
        assert_eq!(hint_command("chapters/00-wiretap/tests/verdict.rs"), None);
    }
}
