//! Many clients, for minutes, while everything goes wrong: connections are cut, the server
//! is killed, some do not read, some say what they must not. Then every client's log is
//! checked: each acknowledged message once, in the one order, at every reader.
//!
//! ```sh
//! cargo run --release --example ch14-soak
//! ```
#![expect(clippy::print_stdout, reason = "it reports what it finds")]

#[path = "ch14-soak/check.rs"]
mod check;
#[path = "ch14-soak/cutting.rs"]
mod cutting;
#[path = "ch14-soak/people.rs"]
mod people;
#[path = "ch14-soak/server.rs"]
mod server;
#[path = "ch14-soak/strangers.rs"]
mod strangers;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use people::People;
use server::Server;
use tokio::task::JoinSet;

#[derive(Debug, Clone, Parser)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// How many clients.
    #[arg(long, default_value_t = 500)]
    clients: usize,
    /// How many rooms they are in.
    #[arg(long, default_value_t = 10)]
    rooms: usize,
    /// For how long they say something.
    #[arg(long, default_value_t = 120)]
    seconds: u64,
    /// How often the server is killed meanwhile, in the first half of the time.
    #[arg(long, default_value_t = 4)]
    kills: u32,
    /// How many clients join and never read.
    #[arg(long, default_value_t = 10)]
    slow: usize,
    /// How many clients say what they must not.
    #[arg(long, default_value_t = 10)]
    hostile: usize,
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

    let mut strangers = JoinSet::new();
    for number in 0..args.slow {
        let room = people::room(number % args.rooms);
        strangers.spawn(strangers::never_read(server.address(), room));
    }
    for number in 0..args.hostile as u64 {
        strangers.spawn(strangers::misbehave(server.address(), seed ^ number));
    }
    let people = People::start(&args, seed, length, &server.address());
    let half = length / 2;
    for _ in 0..args.kills {
        tokio::time::sleep(half / args.kills).await;
        server.kill_and_restart()?;
    }
    tokio::time::sleep(half / 2).await;
    let before = server.memory();
    let logs = people.finish().await?;
    let after = server.memory();
    strangers.shutdown().await;
    let strange = strangers::is_well(server.address()).await;
    server.kill()?;

    let report = check::check(&database, &logs).await?;
    println!("{report}");
    if let (Some(before), Some(after)) = (before, after) {
        println!(
            "the server's memory: {before} KiB at three quarters, {after} KiB at the end"
        );
        if after > before + before / 2 + (8 << 10) {
            return Err("the server's memory grows".into());
        }
    }
    strange?;
    Ok(())
}
