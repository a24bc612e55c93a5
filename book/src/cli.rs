//! The command line.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anstream::{eprintln, println};
use anstyle::Style;
use clap::{Args, Parser, Subcommand};

use crate::problem::coloured;
use crate::workspace::Workspace;
use crate::{exercises, preprocess, serve, site};

/// WebSockets from the Wire Up: a book you run.
///
/// Without a command it builds the book and serves it on this machine.
#[derive(Debug, Parser)]
#[command(
    name = "book",
    bin_name = "cargo run --",
    args_conflicts_with_subcommands = true
)]
struct Cli {
    #[command(flatten)]
    serve: Serve,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The port on 127.0.0.1
    #[arg(long, default_value_t = 4100)]
    pub(crate) port: u16,
    /// Open the book in the browser
    #[arg(long)]
    pub(crate) open: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the book and serve it on this machine, with its live labs
    Serve(Serve),
    /// Build the book into a folder that any file server can serve
    Build {
        /// The folder; it is replaced when it holds a built book already
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    #[command(flatten)]
    Exercises(exercises::Command),
    /// Expand the pages for an installed mdBook, which calls this by itself
    #[command(hide = true)]
    Preprocess {
        #[command(subcommand)]
        question: Option<Question>,
    },
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Whether this renderer is supported: the exit code says it
    Supports { renderer: String },
}

/// Runs the program on this process's arguments.
pub fn run() -> ExitCode {
    match dispatch(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            let text = format!("{error:#}");
            // A list of problems begins with a heading of its own.
            let heading = if text.starts_with("error: ") {
                ""
            } else {
                "error: "
            };
            eprintln!("{}", coloured(&format!("{heading}{text}")));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let workspace = || Workspace::around(Path::new("."));
    match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(arguments) => serve::run(&workspace()?, &arguments),
        Command::Build { out } => {
            let started = Instant::now();
            site::publish(&workspace()?, &out)?;
            let bold = Style::new().bold();
            println!(
                "{bold}{}{bold:#} holds the book, built in {} ms",
                out.display(),
                started.elapsed().as_millis()
            );
            println!("any file server can serve it; the labs replay what was recorded");
            Ok(ExitCode::SUCCESS)
        }
        Command::Exercises(command) => exercises::run(command),
        Command::Preprocess { question: None } => {
            preprocess::over_stdio(io::stdin().lock(), io::stdout().lock())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Preprocess {
            question: Some(Question::Supports { renderer }),
        } => Ok(ExitCode::from(u8::from(renderer != "html"))),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serving_is_what_happens_without_a_command() {
        let cli = Cli::parse_from(["book", "--port", "0"]);
        assert!(cli.command.is_none());
        assert_eq!(cli.serve.port, 0);
        let cli = Cli::parse_from(["book", "serve", "--open"]);
        assert!(matches!(
            cli.command,
            Some(Command::Serve(Serve {
                port: 4100,
                open: true
            }))
        ));
    }
}
