//! The exercises: listed, checked, hinted, reset and proved from the command line, and
//! rendered into their pages. Written next.

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;

/// The subcommands of the exercises.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the exercises
    List,
}

pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::List => bail!("the exercises are not there yet"),
    }
}

/// The box of one exercise, in Markdown.
pub(crate) fn render(
    _root: &Path,
    chapter: &str,
    name: &str,
) -> anyhow::Result<String> {
    bail!("there is no exercise `{name}` in chapter {chapter} yet")
}
