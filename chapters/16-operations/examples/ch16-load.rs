//! People who talk, at any server of chapters 15 to 19: how long they wait for each other, and
//! whether anything is lost.
//!
//! ```text
//! cargo run --release --example ch16-load -- http://127.0.0.1:3016/
//! ```
//!
//! It makes accounts and rooms, which stay: use it on a server that is there for it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its streams"
)]

#[path = "ch16-load/door.rs"]
mod door;
#[path = "ch16-load/report.rs"]
mod report;
#[path = "ch16-load/talker.rs"]
mod talker;

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use door::{Door, Session};
use indicatif::{ProgressBar, ProgressStyle};
use report::Report;
use talker::{Plan, Seen, talk};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// Has people talk at a chat server, and reports how long they wait.
#[derive(Debug, Clone, Parser)]
struct Args {
    /// Where the server is: http://HOST:PORT/
    url: String,
    /// How many connections
    #[arg(long, default_value_t = 30)]
    connections: usize,
    /// How many accounts they belong to: a server lets an address make few at a time
    #[arg(long, default_value_t = 5)]
    accounts: usize,
    /// How many rooms they are spread over
    #[arg(long, default_value_t = 3)]
    rooms: usize,
    /// For how many seconds they talk
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How many milliseconds there are between two messages of one connection
    #[arg(long, default_value_t = 500)]
    every: u64,
    /// How many bytes a message has, at least 20
    #[arg(long, default_value_t = 64)]
    size: usize,
    /// For how many seconds the last messages are waited for
    #[arg(long, default_value_t = 5)]
    wait: u64,
    /// Do not show progress
    #[arg(long)]
    quiet: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(report) => {
            println!("{report}");
            if report.is_good() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> io::Result<Report> {
    let door = Door::new(&args.url)?;
    let progress = progress(&args);
    progress.set_message("making accounts");
    let sessions = sessions(&door, &args).await?;
    let rooms = rooms(&sessions[0], args.rooms).await?;
    let seen = Arc::<Seen>::default();
    let began = Instant::now();
    let mut talkers = JoinSet::new();
    for number in 0..args.connections {
        progress.set_message(format!("{number} of {} are there", args.connections));
        let session = &sessions[number % sessions.len()];
        let plan = Plan {
            number,
            room: rooms[number % rooms.len()].clone(),
            every: Duration::from_millis(args.every.max(1)),
            size: args.size,
            wait: Duration::from_secs(args.wait),
            began,
        };
        let line = session.connect(&plan.room).await?;
        talkers.spawn(talk(line, plan, Arc::clone(&seen)));
    }
    seen.begin(Instant::now() + Duration::from_secs(args.seconds));
    let started = Instant::now();
    for second in 1..=args.seconds {
        sleep_until(started + Duration::from_secs(second)).await;
        progress.set_position(second);
        progress.set_message(seen.line());
    }
    progress.finish_and_clear();
    let mut report = Report::new(started.elapsed());
    while let Some(talked) = talkers.join_next().await {
        report.add(talked.map_err(io::Error::other)?);
    }
    Ok(report)
}

fn progress(args: &Args) -> ProgressBar {
    if args.quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(args.seconds);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} s  {msg}");
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

/// As many accounts as were asked for, each signed in.
async fn sessions(door: &Door, args: &Args) -> io::Result<Vec<Session>> {
    let mut sessions = Vec::new();
    for number in 0..args.accounts.max(1) {
        sessions.push(door.sign_up(number).await?);
    }
    Ok(sessions)
}

async fn rooms(session: &Session, count: usize) -> io::Result<Vec<String>> {
    let mut rooms = Vec::new();
    for number in 0..count.max(1) {
        rooms.push(session.make_room(number).await?);
    }
    Ok(rooms)
}
