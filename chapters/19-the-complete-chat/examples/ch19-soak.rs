//! Everything at once, for minutes: people with accounts, over all three transports, whose
//! connections are cut, some of whom read slowly, while the server is drained and killed and
//! started again. Then chapter 14's checker reads what each of them has written down.
//!
//! ```sh
//! cargo run --release --example ch19-soak -- --clients 2000 --rooms 40 --seconds 120
//! ```
#![expect(clippy::print_stdout, reason = "it reports what it finds")]

#[path = "../../14-history/examples/ch14-soak/check.rs"]
mod check;
#[path = "ch19-soak/come.rs"]
mod come;
#[path = "../../14-history/examples/ch14-soak/crowd.rs"]
mod crowd;
#[path = "../../14-history/examples/ch14-soak/cutting.rs"]
mod cutting;
#[path = "ch19-soak/figures.rs"]
mod figures;
#[path = "../../14-history/examples/ch14-soak/memory.rs"]
mod memory;
#[path = "../../14-history/examples/ch14-soak/notes.rs"]
#[expect(dead_code, reason = "nobody here speaks version 1")]
mod notes;
#[path = "../../14-history/examples/ch14-soak/people.rs"]
mod people;
#[path = "../../14-history/examples/ch14-soak/report.rs"]
#[expect(dead_code, reason = "it is the server here that says who was slow")]
mod report;
#[path = "ch19-soak/server.rs"]
mod server;
#[path = "ch19-soak/slow.rs"]
mod slow;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Parser, Subcommand};
use figures::Figures;
use history::{LogError, Options, RoomLog as _, SqliteLog};
use indicatif::{ProgressBar, ProgressStyle};
use server::Server;
use the_complete_chat::server::Engine;
use tokio::time::{Instant, interval};

/// Less than so many words of three bytes stand in what somebody says.
const MUCH: usize = 60;

#[derive(Debug, Clone, Parser)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// How many people: a third of them over each transport.
    #[arg(long, default_value_t = 300)]
    clients: usize,
    /// Of how many one reads slowly.
    #[arg(long, default_value_t = 20)]
    one_slow_of: usize,
    /// For how long that one does not read at most, each time, in milliseconds. After 30 s a
    /// line without a request is over.
    #[arg(long, default_value_t = 12_000)]
    nap: u64,
    /// How many rooms they are in.
    #[arg(long, default_value_t = 10)]
    rooms: usize,
    /// For how long they say something.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// The most that each waits between two things that it says, in milliseconds.
    #[arg(long, default_value_t = 10_000)]
    pause: u64,
    /// How often the server is drained and started again, in the first half of the time.
    #[arg(long, default_value_t = 3)]
    restarts: u32,
    /// How often it is killed between.
    #[arg(long, default_value_t = 1)]
    kills: u32,
    /// Whose WebSockets are under the chat.
    #[arg(long, value_enum, default_value_t)]
    engine: Engine,
    /// Decides all that is left to chance.
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// The server, which drains when its input ends.
    #[command(hide = true)]
    Serve { data: PathBuf, engine: Engine },
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    server::allow_connections();
    let args = Args::parse();
    match args.command.clone() {
        Some(Command::Serve { data, engine }) => server::serve(data, engine).await,
        None => soak(args).await,
    }
}

async fn soak(args: Args) -> Result<(), Box<dyn Error>> {
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..1 << 32));
    println!("seed {seed}: run it again with --seed {seed}");
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(folder.path().to_owned(), args.engine)?;
    let coming = progress(args.clients as u64, "accounts");
    let guests = come::sign_up(&args, seed, &server.address(), &coming).await?;
    coming.finish_and_clear();

    let length = Duration::from_secs(args.seconds);
    let until = Instant::now() + length;
    let people = come::come(&args, seed, until, guests);
    let figures = live(&args, &mut server, length, until).await?;
    let finishing = progress(0, "everybody gets answers, and hears the end");
    let logs = people.finish().await?;
    finishing.finish_and_clear();
    server.drain()?;

    println!(
        "{}",
        check::check(&read(folder.path(), &args).await?, &logs)?
    );
    println!("{figures}");
    figures.check()?;
    Ok(())
}

/// Lets the time pass, in which the server is ended and started again.
async fn live(
    args: &Args,
    server: &mut Server,
    length: Duration,
    until: Instant,
) -> Result<Figures, Box<dyn Error>> {
    let ends = args.restarts + args.kills;
    let between = length / 2 / ends.max(1);
    let passing = progress(args.seconds, "connections");
    let mut looks = interval(Duration::from_millis(250));
    let mut figures = Figures::default();
    let (mut ended, mut due) = (0, Instant::now() + between);
    while Instant::now() < until {
        looks.tick().await;
        if ended < ends && Instant::now() >= due {
            // A kill is the second of them, the fourth, and so on.
            let is_kill = ended % 2 == 1 && ended / 2 < args.kills;
            server.restart(is_kill)?;
            (ended, due) = (ended + 1, Instant::now() + between);
            figures.begin();
        }
        figures.look(server).await;
        passing.set_position(
            args.seconds
                .saturating_sub((until - Instant::now()).as_secs()),
        );
        passing.set_message(figures.now());
    }
    passing.finish_and_clear();
    Ok(figures)
}

fn progress(length: u64, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{pos}/{len} {wide_msg}");
    let bar = ProgressBar::new(length).with_message(what.to_owned());
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// What the rooms keep.
async fn read(folder: &Path, args: &Args) -> Result<check::Rooms, LogError> {
    let log = SqliteLog::open(folder.join("rooms.db"), &Options::default(), ())?;
    let mut rooms = check::Rooms::new();
    for number in 0..args.rooms {
        let room = people::room(number).to_string();
        let kept = log.after(&room, 0, usize::MAX).await?;
        rooms.insert(room, kept.entries);
    }
    Ok(rooms)
}
