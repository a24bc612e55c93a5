//! A frame inspector: hex in, named bits out; and frames to try it with.
//!
//! ```text
//! cargo run --example ch07-frames -- inspect 81 85 37 fa 21 3d 7f 9f 4d 51 58
//! cargo run --example ch07-frames -- build --mask 37fa213d Hello
//! ```
#![expect(clippy::print_stdout, reason = "a program for the terminal")]
#![expect(clippy::print_stderr, reason = "a program for the terminal")]

#[path = "ch07-frames/build.rs"]
mod build;
#[path = "ch07-frames/describe.rs"]
mod describe;
#[path = "ch07-frames/hex.rs"]
mod hex;

use std::io::{self, Read as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Takes WebSocket frames apart, and puts them together.
#[derive(Debug, Parser)]
#[command(name = "ch07-frames", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Name every bit of some bytes, and say who refuses them.
    Inspect {
        /// The bytes in hex, with or without blanks; from standard input if there are none.
        hex: Vec<String>,
    },
    /// Print a frame in hex: a legal one, unless it is told otherwise.
    Build(build::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Inspect { hex } => inspect(&hex),
        Command::Build(args) => build::run(&args),
    };
    match outcome {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn inspect(words: &[String]) -> Result<String, String> {
    let text = match words {
        [] => {
            let mut text = String::new();
            let read = io::stdin().read_to_string(&mut text);
            read.map_err(|error| format!("standard input: {error}"))?;
            text
        }
        words => words.concat(),
    };
    Ok(describe::describe(&hex::parse(&text)?))
}
