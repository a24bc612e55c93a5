//! How long the others wait while some do not read.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use super::crowd::Crowd;
use super::stalling::came_back;
use super::{median, note, record, say};
use crate::server::{STALLED, Server};

/// How to measure with readers that do not read.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many are in the room.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    readers: usize,
    /// How many of them stop reading.
    #[arg(long, value_name = "N", default_value_t = 10)]
    stalled: usize,
    /// Which servers.
    #[arg(long, value_delimiter = ',', default_value = STALLED)]
    servers: Vec<Server>,
    /// How many turns there are with and without them.
    #[arg(long, value_name = "N", default_value_t = 7)]
    rounds: usize,
    /// How many posts a turn has.
    #[arg(long, value_name = "N", default_value_t = 100)]
    posts: usize,
    /// How long it is from one post to the next.
    #[arg(long, value_name = "N", default_value_t = 20)]
    milliseconds: u64,
    /// Write the figures as the book's table.
    #[arg(long)]
    record: bool,
}

/// Posts of 4,000 bytes before it begins: 8 MB, more than the system keeps for who does not
/// read. A server that counts what it drops shows that it is.
const BEFORE: usize = 2000;

/// A share of the delays of a turn, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Turn {
    half: f64,
    p99: f64,
    longest: f64,
}

/// A server's two rooms, and what came of their turns.
struct Pair {
    crowds: [Crowd; 2],
    turns: [Vec<Turn>; 2],
}

pub(crate) async fn run(args: Args) -> io::Result<()> {
    let mut pairs = Vec::new();
    for &server in &args.servers {
        pairs.push(Pair::gather(server, &args).await?);
    }
    for round in 0..=args.rounds {
        for place in 0..2 {
            for pair in &mut pairs {
                let which = (round + place) % 2;
                let turn = turn(&mut pair.crowds[which], &args).await?;
                // The first round warms up, and does not count.
                if round > 0 {
                    pair.turns[which].push(turn);
                }
            }
        }
    }
    let mut rows = Vec::new();
    for pair in &mut pairs {
        let server = pair.crowds[1].process.server;
        for stream in pair.crowds[1].stalled() {
            came_back(stream, server.missed(), BEFORE).await?;
        }
        rows.extend(pair.rows(args.stalled)?);
    }
    for row in &rows {
        say(format_args!("{}", row.join("  ")));
    }
    if args.record {
        record("stalled.json", &table(&args, &rows))?;
    }
    Ok(())
}

impl Pair {
    async fn gather(server: Server, args: &Args) -> io::Result<Self> {
        // The same number of readers in both rooms: those who stall are beside them.
        let readers = args.readers - args.stalled;
        let mut crowds = [
            Crowd::gather(server, args.readers, 0).await?,
            Crowd::gather(server, readers, args.stalled).await?,
        ];
        for crowd in &mut crowds {
            let posts = crowd.posts(8, 4000);
            for _ in 0..BEFORE / 8 {
                crowd.tell(&posts, 8).await?;
            }
        }
        let turns = [Vec::new(), Vec::new()];
        Ok(Self { crowds, turns })
    }

    /// A row for each room. The second is compared with the first.
    fn rows(&self, stalled: usize) -> io::Result<[Vec<String>; 2]> {
        let some = format!("{stalled} do not");
        Ok([self.row(0, "all read")?, self.row(1, &some)?])
    }

    fn row(&self, which: usize, readers: &str) -> io::Result<Vec<String>> {
        let (crowd, turns) = (&self.crowds[which], &self.turns[which]);
        let middle = |figure: fn(&Turn) -> f64| median(turns.iter().map(figure));
        let pairs = turns.iter().zip(&self.turns[0]);
        let ratio = median(pairs.map(|(turn, by)| turn.p99 / by.p99));
        Ok(vec![
            crowd.process.server.name().to_owned(),
            readers.to_owned(),
            format!("{:.2}", middle(|turn| turn.half)),
            format!("{:.2}", middle(|turn| turn.p99)),
            format!("{ratio:.2}"),
            format!("{:.2}", middle(|turn| turn.longest)),
            format!("{:.1}", crowd.process.memory()? as f64 / 1024.0),
        ])
    }
}

async fn turn(crowd: &mut Crowd, args: &Args) -> io::Result<Turn> {
    let post = crowd.posts(1, 64);
    crowd.delays();
    let mut next = Instant::now();
    for _ in 0..args.posts {
        sleep_until(next).await;
        crowd.tell_and_time(&post).await?;
        next += Duration::from_millis(args.milliseconds);
    }
    let mut delays = crowd.delays();
    delays.sort();
    let at = |share: f64| {
        let last = delays.len().saturating_sub(1);
        let delay = delays.get((last as f64 * share) as usize);
        delay.copied().unwrap_or_default().as_secs_f64() * 1e3
    };
    Ok(Turn {
        half: at(0.5),
        p99: at(0.99),
        longest: at(1.0),
    })
}

fn table(args: &Args, rows: &[Vec<String>]) -> Value {
    json!({
        "caption": format!(
            "How long a text of 64 bytes takes to {} readers, in ms",
            args.readers
        ),
        "columns": [
            "server", "readers", "half", "p99", "ratio of p99", "longest", "memory, MiB",
        ],
        "rows": rows,
        "note": note("stalled"),
    })
}
