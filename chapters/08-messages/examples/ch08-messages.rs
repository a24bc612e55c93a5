//! Frames become messages, or do not:
//! `cargo run --example ch08-messages -- --help`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

#[path = "ch08-messages/notation.rs"]
mod notation;
#[path = "ch08-messages/show.rs"]
mod show;

use std::io::{self, BufRead as _};
use std::process::ExitCode;

use clap::Parser;
use frames::Role;
use messages::Limits;

use notation::Written;
use show::Show;

/// Sends frames to a receiver, one byte at a time, and shows what it says.
#[derive(Debug, Parser)]
#[command(after_help = "\
A frame is a kind, a plus sign when its message goes on in another frame, and a payload:
    text:Hello   text+:Hel   more:lo   binary:\\x00\\xff   ping:there?   pong   close
In a payload \\xNN is a byte. hex:81054865 sends these bytes as they are.")]
struct Cli {
    /// The frames to send; `-` to type one on each line; none for five small stories.
    frames: Vec<String>,
    /// Receive as a server: what a client sends is masked.
    #[arg(long)]
    server: bool,
    /// The most bytes of a message.
    #[arg(long, default_value_t = Limits::default().max_message)]
    max_message: usize,
    /// The most fragments of a message.
    #[arg(long, default_value_t = Limits::default().max_fragments)]
    max_fragments: u32,
}

/// What happens without arguments: what it is about, and the frames.
const STORIES: [(&str, &[&str]); 5] = [
    ("A surrogate is no character", &[r"text:a\xed\xa0\x80bcde"]),
    (
        "A character that does not end",
        &[r"text+:caf\xc3", "more:"],
    ),
    ("A rest without a beginning", &["text:done", "more:lo"]),
    (
        "A message in the middle of another",
        &["text+:one", "text:two"],
    ),
    ("A gigabyte, announced", &["hex:827f0000000040000000"]),
];

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match &cli.frames[..] {
        [] => {
            stories(&cli);
            Ok(())
        }
        [typed] if typed == "-" => read_lines(&cli),
        frames => play(&cli, frames),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn start(cli: &Cli) -> Show {
    let role = if cli.server {
        Role::Server
    } else {
        Role::Client
    };
    let limits = Limits {
        max_message: cli.max_message,
        max_fragments: cli.max_fragments,
    };
    Show::new(role, limits)
}

fn stories(cli: &Cli) {
    for (number, (title, frames)) in STORIES.iter().enumerate() {
        let gap = if number == 0 { "" } else { "\n" };
        println!("{gap}# {title}");
        let frames: Vec<String> =
            frames.iter().map(|&frame| frame.to_owned()).collect();
        play(cli, &frames).expect("the stories are written well");
    }
}

/// Sends frames until one is refused.
fn play(cli: &Cli, frames: &[String]) -> Result<(), String> {
    let frames: Vec<Written> = frames
        .iter()
        .map(|frame| frame.parse())
        .collect::<Result<_, _>>()?;
    let mut show = start(cli);
    for frame in frames {
        if show.is_over() {
            println!("{}\n    nobody reads it any more", frame.notation);
        } else {
            print!("{}", show.send(&frame));
        }
    }
    Ok(())
}

fn read_lines(cli: &Cli) -> Result<(), String> {
    let mut show = start(cli);
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        match line.parse::<Written>() {
            Ok(frame) => print!("{}", show.send(&frame)),
            Err(mistake) => eprintln!("{mistake}"),
        }
        if show.is_over() {
            println!("    a new connection");
            show = start(cli);
        }
    }
    Ok(())
}
