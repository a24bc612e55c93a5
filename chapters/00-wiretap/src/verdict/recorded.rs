//! Snapshots of bytes: read here, compared here, recorded by insta.
//!
//! insta treats CR LF and LF as equal and tells a learner to accept what came. Here the
//! bytes are compared as they are, and a wrong answer is never written down: recording
//! takes `INSTA_UPDATE=always`, which is how an author says it.

use std::fs;
use std::path::{Path, PathBuf};

use super::Rule;
use crate::content::escape;

/// For the macro, in crates that do not depend on insta.
pub use insta;

/// The form in which bytes are kept: a line for each line, every line end visible. A blank
/// at an edge would be trimmed, so it is written as `\x20`.
pub fn encode(bytes: &[u8]) -> String {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n').map(|line| {
        let line = escape(line);
        let trimmed = line.trim_start_matches(' ');
        let start = "\\x20".repeat(line.len() - trimmed.len());
        let body = trimmed.trim_end_matches(' ');
        let end = "\\x20".repeat(trimmed.len() - body.len());
        format!("{start}{body}{end}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The bytes that [`encode`] wrote; `None` for what it cannot have written.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for mut line in text.lines() {
        while let Some((plain, escape)) = line.split_once('\\') {
            let (byte, length) = match escape.as_bytes().first()? {
                b'r' => (b'\r', 1),
                b'n' => (b'\n', 1),
                b't' => (b'\t', 1),
                b'\\' => (b'\\', 1),
                b'x' => (u8::from_str_radix(escape.get(1..3)?, 16).ok()?, 3),
                _ => return None,
            };
            bytes.extend_from_slice(plain.as_bytes());
            bytes.push(byte);
            line = &escape[length..];
        }
        bytes.extend_from_slice(line.as_bytes());
    }
    Some(bytes)
}

/// Whether the author asks for recording.
pub fn recording() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always")
}

/// Compares `got` with the snapshot `name` beside the source `file`.
#[track_caller]
pub fn compare(
    manifest: &str,
    file: &str,
    module: &str,
    name: &str,
    rule: Rule,
    got: &[u8],
) {
    let path = path_of(manifest, file, module, name);
    let Some(text) = fs::read_to_string(&path)
        .ok()
        .map(|text| text.replace("\r\n", "\n"))
    else {
        super::fail(
            rule,
            format_args!(
                "The snapshot {} cannot be read.\n\
                 `cargo run -- reset` brings an exercise's snapshots back; an author \
                 records one with INSTA_UPDATE=always.",
                path.display()
            ),
        );
    };
    // The file is a header, a line of three dashes at either end of it, and the content.
    let content = text.splitn(3, "---\n").nth(2).unwrap_or_default();
    match decode(content.strip_suffix('\n').unwrap_or(content)) {
        Some(expected) => super::bytes(rule, expected, got),
        None => super::fail(
            rule,
            format_args!("{} is no snapshot of bytes.", path.display()),
        ),
    }
}

/// Where insta keeps the snapshot. `file` is relative to the workspace, or to the package
/// when it stands alone.
fn path_of(manifest: &str, file: &str, module: &str, name: &str) -> PathBuf {
    let roots = Path::new(manifest).ancestors();
    let source = roots.map(|root| root.join(file)).find(|path| path.exists());
    let source = source.unwrap_or_else(|| PathBuf::from(file));
    let module = module.replace("::", "__");
    source
        .with_file_name("snapshots")
        .join(format!("{module}__{name}.snap"))
}

/// Asserts that bytes are those of the snapshot `name`, which lies in the folder
/// `snapshots` beside the check.
///
/// Line ends count, unlike in insta's own comparison. The message is that of
/// [`verdict::bytes`](crate::verdict::bytes). An author records with
/// `INSTA_UPDATE=always cargo test -p PACKAGE`; without that nothing is ever written.
///
/// ```no_run
/// use wiretap::verdict::{self, Rule};
///
/// const LINE_END: Rule = Rule::new("RFC 9112 §2.2", "Each line of a head ends in CR LF.");
/// verdict::snapshot!("request", LINE_END, b"GET / HTTP/1.1\r\n\r\n");
/// ```
#[macro_export]
#[doc(hidden)]
macro_rules! __verdict_snapshot {
    ($name:expr, $rule:expr, $got:expr $(,)?) => {{
        let got: &[u8] = ::core::convert::AsRef::<[u8]>::as_ref(&$got);
        if $crate::verdict::recorded::recording() {
            $crate::verdict::recorded::insta::with_settings!(
                { omit_expression => true },
                {
                    $crate::verdict::recorded::insta::assert_snapshot!(
                        $name,
                        $crate::verdict::recorded::encode(got)
                    );
                }
            );
        } else {
            $crate::verdict::recorded::compare(
                ::core::env!("CARGO_MANIFEST_DIR"),
                ::core::file!(),
                ::core::module_path!(),
                $name,
                $rule,
                got,
            );
        }
    }};
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{decode, encode};

    #[test]
    fn the_recorded_form_shows_line_ends_and_blanks_at_the_edges() {
        assert_eq!(
            encode(b"a \r\n b \n\\x "),
            "a \\r\\n\n\\x20b \\n\n\\\\x\\x20"
        );
    }

    proptest! {
        #[test]
        fn what_is_recorded_can_be_read_back(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn text_with_escapes_can_be_read_back(text in r"[\\rntx0-9a-f \r\n]{0,40}") {
            prop_assert_eq!(decode(&encode(text.as_bytes())), Some(text.into_bytes()));
        }
    }
}
