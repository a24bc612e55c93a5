//! Builds test targets with Cargo, and says where they are.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::target::scrub;

/// What Cargo built.
#[derive(Debug, Default)]
pub(super) struct Built {
    /// The executables, by package and test target.
    pub(super) tests: HashMap<(String, String), PathBuf>,
    /// Warnings as the compiler wrote them, with the package they are about.
    pub(super) warnings: Vec<(String, String)>,
    /// Errors likewise; empty when it compiles.
    pub(super) errors: Vec<(String, String)>,
}

/// A `cargo` for the workspace at `root`.
fn cargo(root: &Path, target: Option<&Path>) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root);
    scrub(&mut command);
    if let Some(target) = target {
        command.env("CARGO_TARGET_DIR", target);
    }
    command
}

/// Which tests to build, and how.
pub(super) struct Build<'a> {
    pub(super) root: &'a Path,
    /// Where Cargo puts what it builds; as Cargo decides when there is none.
    pub(super) target: Option<&'a Path>,
    /// Whether the compiler's own colours are wanted.
    pub(super) colour: bool,
}

impl Build<'_> {
    /// Builds test targets; a compile error is an answer and no error.
    pub(super) fn tests(
        &self,
        packages: &[String],
        test: Option<&str>,
    ) -> anyhow::Result<Built> {
        let mut command = cargo(self.root, self.target);
        let format = match self.colour {
            true => "--message-format=json-diagnostic-rendered-ansi",
            false => "--message-format=json",
        };
        command.args(["test", "--no-run", "--no-fail-fast", format]);
        for package in packages {
            command.args(["-p", package]);
        }
        match test {
            Some(test) => command.args(["--test", test]),
            None => command.arg("--tests"),
        };
        let output = command.output().context("cannot start cargo")?;
        let mut built = Built::default();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            // Lines that are no message of Cargo's are a build script's.
            if let Ok(message) = serde_json::from_str(line) {
                built.take(message);
            }
        }
        if !output.status.success() && built.errors.is_empty() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim_end());
        }
        Ok(built)
    }
}

/// The part of Cargo's messages that matters here.
#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-artifact")]
    Artifact {
        manifest_path: PathBuf,
        target: Target,
        executable: Option<PathBuf>,
    },
    #[serde(rename = "compiler-message")]
    Diagnostic {
        manifest_path: PathBuf,
        message: Diagnostic,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
    spans: Vec<serde_json::Value>,
}

impl Built {
    fn take(&mut self, message: Message) {
        match message {
            Message::Artifact {
                manifest_path,
                target,
                executable: Some(path),
            } if target.kind == ["test"] => {
                self.tests
                    .insert((folder(&manifest_path), target.name), path);
            }
            Message::Diagnostic {
                manifest_path,
                message,
            } => {
                let text = message.rendered.unwrap_or_default();
                let found = (folder(&manifest_path), text);
                match message.level.as_str() {
                    // Without a place in the code it is a count of the others.
                    _ if message.spans.is_empty() => {}
                    "warning" if !self.warnings.contains(&found) => {
                        self.warnings.push(found)
                    }
                    "error" if !self.errors.contains(&found) => self.errors.push(found),
                    _ => {}
                }
            }
            Message::Artifact { .. } | Message::Other => {}
        }
    }

    /// The executable of a test target of the package in `folder`.
    pub(super) fn test(&self, folder: &str, name: &str) -> Option<&Path> {
        let key = (folder.to_owned(), name.to_owned());
        self.tests.get(&key).map(PathBuf::as_path)
    }
}

/// The package's folder and its parent, such as `exercises/00-wiretap`.
fn folder(manifest: &Path) -> String {
    let mut names = manifest.iter().rev().skip(1).take(2);
    let (name, parent) = (
        names.next().unwrap_or_default(),
        names.next().unwrap_or_default(),
    );
    format!("{}/{}", parent.to_string_lossy(), name.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_known_by_its_folder() {
        let manifest = Path::new("/x/exercises/00-wiretap/Cargo.toml");
        assert_eq!(folder(manifest), "exercises/00-wiretap");
    }
}
