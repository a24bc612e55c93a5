//! Many clients, for minutes, while everything goes wrong: connections are cut, the server
//! is killed, some do not read, some say what they must not. Then every client's log is
//! checked: what was acknowledged is there once, in the one order, at every reader.
//!
//! ```sh
//! cargo run --release --example ch14-soak
//! ```
#![expect(clippy::print_stdout, reason = "it reports what it finds")]

#[path = "ch14-soak/check.rs"]
mod check;
#[path = "ch14-soak/come.rs"]
mod come;
#[path = "ch14-soak/crowd.rs"]
mod crowd;
#[path = "ch14-soak/cutting.rs"]
mod cutting;
#[path = "ch14-soak/memory.rs"]
mod memory;
#[path = "ch14-soak/notes.rs"]
mod notes;
#[path = "ch14-soak/old.rs"]
mod old;
#[path = "ch14-soak/people.rs"]
mod people;
#[path = "ch14-soak/report.rs"]
mod report;
#[path = "ch14-soak/server.rs"]
mod server;
#[path = "ch14-soak/sleepers.rs"]
mod sleepers;
#[path = "ch14-soak/strangers.rs"]
mod strangers;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Parser, Subcommand};
use cutting::Cutting;
use history::{LogError, Options, RoomLog as _, SqliteLog};
use notes::Log;
use server::Server;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Less than so many words of three bytes stand in what somebody says.
const MUCH: usize = 600;

#[derive(Debug, Clone, Parser)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// How many clients that come back and hear everything.
    #[arg(long, default_value_t = 460)]
    clients: usize,
    /// How many clients that speak version 1.
    #[arg(long, default_value_t = 20)]
    old: usize,
    /// How many clients that read late.
    #[arg(long, default_value_t = 10)]
    slow: usize,
    /// How many clients that say what they must not.
    #[arg(long, default_value_t = 10)]
    hostile: usize,
    /// How many rooms they are in.
    #[arg(long, default_value_t = 10)]
    rooms: usize,
    /// For how long they say something.
    #[arg(long, default_value_t = 120)]
    seconds: u64,
    /// The most that each waits between two things that it says, in milliseconds.
    #[arg(long, default_value_t = 4000)]
    pause: u64,
    /// How often the server is killed meanwhile, in the first half of the time.
    #[arg(long, default_value_t = 4)]
    kills: u32,
    /// Decides all that is left to chance.
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// The server that is killed.
    #[command(hide = true)]
    Serve { database: PathBuf },
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    match args.command.clone() {
        Some(Command::Serve { database }) => server::serve(database).await,
        None => soak(args).await,
    }
}

async fn soak(args: Args) -> Result<(), Box<dyn Error>> {
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..1 << 32));
    println!("seed {seed}: run it again with --seed {seed}");
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("rooms.db");
    let mut server = Server::start(database.clone())?;
    let length = Duration::from_secs(args.seconds);
    let until = Instant::now() + length;

    let mut strangers = JoinSet::new();
    for number in 0..args.hostile as u64 {
        strangers.spawn(strangers::misbehave(server.address(), seed ^ number));
    }
    let others = others(&args, seed, until, &server);
    let people = come::come(&args, seed, until, &server.address());
    for _ in 0..args.kills {
        tokio::time::sleep(length / 2 / args.kills).await;
        server.kill_and_restart()?;
    }
    let memory = watch(&server, until).await;
    let mut logs = people.finish().await?;
    logs.extend(others.join_all().await);
    strangers.shutdown().await;
    let strange = strangers::is_well(server.address()).await;
    server.kill()?;

    let report = check::check(&read(&database, &args).await?, &logs)?;
    println!("{report}");
    if args.slow > 0 && !report.has_waited() {
        return Err("no reader was ever slow: run it for longer".into());
    }
    if !memory.is_empty() {
        println!("the server's memory: {}", memory::is_flat(&memory)?);
    }
    strange?;
    Ok(())
}

/// Those who do not come back with the library.
fn others(args: &Args, seed: u64, until: Instant, server: &Server) -> JoinSet<Log> {
    let mut others = JoinSet::new();
    for number in 0..args.old {
        let seed = seed ^ (number as u64) << 16;
        let dialer = Cutting::new(server.address(), seed);
        let room = people::room(number % args.rooms);
        let (who, pause) = ((dialer, seed), args.pause);
        others.spawn(old::live(number, room, who, pause, until));
    }
    let nap = Duration::from_secs(args.seconds).div_f64(4.0);
    let nap = nap.min(Duration::from_secs(10));
    for number in 0..args.slow {
        let room = people::room(number % args.rooms);
        let address = server.address();
        others.spawn(sleepers::live(number, address, room, nap, until));
    }
    others
}

/// The memory of a server that lives on, four times in each second.
async fn watch(server: &Server, until: Instant) -> Vec<u64> {
    let mut looks = tokio::time::interval(Duration::from_millis(250));
    let mut samples = Vec::new();
    while Instant::now() < until {
        looks.tick().await;
        samples.extend(server.memory());
    }
    samples
}

/// What the rooms keep.
async fn read(database: &Path, args: &Args) -> Result<check::Rooms, LogError> {
    let log = SqliteLog::open(database, &Options::default(), ())?;
    let mut rooms = check::Rooms::new();
    for number in 0..args.rooms {
        let room = people::room(number).to_string();
        let kept = log.after(&room, 0, usize::MAX).await?;
        rooms.insert(room, kept.entries);
    }
    Ok(rooms)
}
