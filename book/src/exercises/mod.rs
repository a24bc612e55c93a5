//! The exercises: listed, checked, hinted, reset and proved from the command line, and
//! rendered into their pages.

mod build;
mod catalogue;
mod check;
mod help;
mod pristine;
mod progress;
mod prove;
mod render;
mod target;
mod watch;

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::workspace::Workspace;
use catalogue::Catalogue;

pub(crate) use render::render;

/// The subcommands of the exercises.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the exercises and how far you are
    List,
    /// Check exercises, up to the first that is open
    Check(Selection),
    /// Check again whenever you save
    Watch(Selection),
    /// Show a hint; ask again for the next one
    Hint(Selection),
    /// Bring an exercise back to its beginning; your text is kept in a backup
    Reset {
        #[command(flatten)]
        selection: Selection,
        /// Bring back only the checks, and keep your solution
        #[arg(long)]
        checks: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// For authors: prove that starters fail, solutions pass and mutants are caught
    Prove {
        /// Record the starters, checks and snapshots as the pristine ones
        #[arg(long)]
        record: bool,
    },
}

/// Which exercises are meant.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// A chapter (`2`, `ex02`, `short-polling`); without one, all
    chapter: Option<String>,
    /// An exercise of it (`e1`, `e1_times`); without one, the whole chapter
    exercise: Option<String>,
}

/// Runs a subcommand on the workspace around the current folder.
pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::around(Path::new("."))?;
    let root = workspace.root();
    if let Command::Prove { record } = command {
        return prove::command(root, record);
    }
    let catalogue = Catalogue::load(root)?;
    match command {
        Command::List => help::list(&catalogue),
        Command::Check(selection) => check::command(&catalogue, &selection),
        Command::Watch(selection) => watch::command(&catalogue, &selection),
        Command::Hint(selection) => help::hint(&catalogue, &selection),
        Command::Reset {
            selection,
            checks,
            yes,
        } => help::reset(&catalogue, &selection, checks, yes),
        Command::Prove { .. } => unreachable!("handled above"),
    }
}
