//! insta's snapshot files: what a test recorded and a page shows.

use std::fs;
use std::path::Path;

use wiretap::Transcript;

use crate::directive::Fault;
use crate::html::Escaped;
use crate::problem::slashes;

/// A snapshot file: metadata between two lines of dashes, then what was recorded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// insta's `description`: for an output, the command that printed it.
    pub(crate) description: Option<String>,
    pub(crate) contents: String,
}

/// Reads and parses the snapshot at `root/path`.
pub(crate) fn read(root: &Path, path: &Path) -> Result<Snapshot, Fault> {
    let shown = slashes(path);
    let text = fs::read_to_string(root.join(path)).map_err(|error| {
        Fault::new(
            format!("cannot read {shown}: {error}"),
            format!(
                "correct the path, or record it: INSTA_UPDATE=always cargo test -p {}",
                package(path)
            ),
        )
    })?;
    parse(&text).ok_or_else(|| {
        Fault::new(
            format!("{shown} is no insta snapshot"),
            "it starts with metadata between two lines `---`: record it again",
        )
    })
}

/// `chapters/02-short-polling/…` belongs to the package `ch02-short-polling`.
fn package(path: &Path) -> String {
    let mut parts = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    match (parts.next().as_deref(), parts.next()) {
        (Some("chapters"), Some(chapter)) => format!("ch{chapter}"),
        _ => String::from("PACKAGE"),
    }
}

fn parse(text: &str) -> Option<Snapshot> {
    let text = text.replace("\r\n", "\n");
    let (metadata, contents) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    let description = metadata
        .lines()
        .find_map(|line| line.strip_prefix("description:"))
        .map(|value| scalar(value.trim()));
    Some(Snapshot {
        description,
        contents: contents.trim_end_matches('\n').to_owned(),
    })
}

/// A YAML scalar on one line: double-quoted as in JSON, or plain.
fn scalar(value: &str) -> String {
    serde_json::from_str(value).unwrap_or_else(|_| value.to_owned())
}

/// The transcript that a snapshot holds.
pub(crate) fn transcript(root: &Path, path: &Path) -> Result<Transcript, Fault> {
    let snapshot = read(root, path)?;
    Transcript::from_json(&snapshot.contents).map_err(|error| {
        Fault::new(
            format!("{} holds no transcript: {error}", slashes(path)),
            "a page's transcript is recorded from `Transcript::to_json`; \
             for what a command printed there is {{#output …}}, for a table {{#table …}}",
        )
    })
}

/// A command and what it printed; or, without a command, a text that code wrote.
pub(crate) fn output(root: &Path, path: &Path) -> Result<String, Fault> {
    let snapshot = read(root, path)?;
    let command = snapshot.description.map_or(String::new(), |command| {
        format!(
            "<pre class=\"output-command\" aria-label=\"command\"><span>{}</span></pre>",
            Escaped(&command)
        )
    });
    // Every line in an element of its own: a blank line would end the HTML block.
    let lines: String = snapshot
        .contents
        .lines()
        .map(|line| format!("<span>{}</span>\n", Escaped(line)))
        .collect();
    Ok(format!(
        "<div class=\"output\">{command}<pre class=\"output-text\" aria-label=\"output\" \
         tabindex=\"0\">\n{lines}</pre></div>\n",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a.snap"), text).expect("written");
        folder
    }

    #[test]
    fn metadata_and_contents_are_told_apart() {
        let text =
            "---\nsource: a.rs\ndescription: \"say \\\"hi\\\"\"\n---\nhi\n\n---\nho\n";
        assert_eq!(
            parse(text),
            Some(Snapshot {
                description: Some("say \"hi\"".to_owned()),
                contents: "hi\n\n---\nho".to_owned(),
            })
        );
        assert_eq!(parse(&text.replace('\n', "\r\n")), parse(text));
        assert_eq!(parse("hi"), None);
    }

    #[test]
    fn a_missing_snapshot_says_how_to_record_it() {
        let path = Path::new("chapters/02-short-polling/tests/snapshots/gone.snap");
        let fault = read(Path::new("/nowhere"), path).expect_err("missing");
        assert!(
            fault
                .what
                .starts_with("cannot read chapters/02-short-polling/")
        );
        assert!(
            fault.remedy.ends_with("cargo test -p ch02-short-polling"),
            "{}",
            fault.remedy
        );
    }

    #[test]
    fn an_unreadable_snapshot_is_refused() {
        let folder = folder_with("no metadata");
        let fault = read(folder.path(), Path::new("a.snap")).expect_err("a fault");
        assert_eq!(fault.what, "a.snap is no insta snapshot");
        let folder = folder_with("---\nsource: x\n---\n{}");
        let fault =
            transcript(folder.path(), Path::new("a.snap")).expect_err("a fault");
        assert!(
            fault
                .what
                .starts_with("a.snap holds no transcript: missing field"),
            "{}",
            fault.what
        );
    }

    #[test]
    fn an_output_shows_its_command_if_it_has_one_and_has_no_blank_line() {
        let folder = folder_with("---\nsource: x\n---\nhi");
        let html = output(folder.path(), Path::new("a.snap")).expect("a text");
        assert!(!html.contains("output-command"), "{html}");
        let folder = folder_with("---\ndescription: cargo run\n---\na\n\n<b>");
        let html = output(folder.path(), Path::new("a.snap")).expect("an output");
        assert!(html.contains("<span>cargo run</span>"), "{html}");
        assert!(
            html.contains("<span></span>\n<span>&lt;b&gt;</span>"),
            "{html}"
        );
        assert!(!html.contains("\n\n"), "{html}");
    }
}
