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
    Ok(format!(
        "<section class=\"exercise\">\n\n### Exercise {chapter} {name}\n\n<p class=\"exercise-meta\"><span class=\"exercise-kind\">build</span> <span>about 15 minutes</span> <code>exercises/00-wiretap/src/e1_times.rs</code></p>\n\nWrite the cursor that you need.\n\nCheck your work:\n\n```sh\ncargo run -- check 00 {name}\n```\n\n<details class=\"hint\">\n<summary>A first hint</summary>\n\nLook at it.\n\n</details>\n\n</section>"
    ))
}
