//! How long the others wait while some do not read.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

use crate::crowd::Crowd;
use crate::process::Server;
use crate::{machine, median, record, say};

/// How to measure with readers that do not read.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many are in the room.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    readers: usize,
    /// How many of them stop reading.
    #[arg(long, value_name = "N", default_value_t = 10)]
    stalled: usize,
    /// Which server.
    #[arg(long, default_value = "drop-oldest")]
    server: Server,
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

/// Posts of 4 KiB before it begins: more than the system keeps for who does not read.
const BEFORE: usize = 2000;

/// A share of the delays of a turn, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Turn {
    half: f64,
    p99: f64,
    longest: f64,
}

pub(crate) async fn run(args: Args) -> io::Result<()> {
    // The same number of readers in both rooms: those who stall are beside them.
    let readers = args.readers - args.stalled;
    let mut crowds = [
        Crowd::gather(args.server, args.readers, 0).await?,
        Crowd::gather(args.server, readers, args.stalled).await?,
    ];
    for crowd in &mut crowds {
        let posts = crowd.posts(8, 4000);
        for _ in 0..BEFORE / 8 {
            crowd.tell(&posts, 8).await?;
        }
    }
    let mut turns = [Vec::new(), Vec::new()];
    for round in 0..=args.rounds {
        for place in 0..2 {
            let which = (round + place) % 2;
            let turn = turn(&mut crowds[which], &args).await?;
            if round > 0 {
                turns[which].push(turn);
            }
        }
    }
    if args.server == Server::DropOldest {
        for stream in crowds[1].stalled() {
            has_missed_something(stream).await?;
        }
    }
    let names = ["all read".to_owned(), format!("{} do not", args.stalled)];
    let mut rows = Vec::new();
    for ((name, crowd), of) in names.into_iter().zip(&crowds).zip(&turns) {
        rows.push(row(name, crowd, of, &turns[0])?);
    }
    for row in &rows {
        say(format_args!("{}", row.join("  ")));
    }
    if args.record {
        record("stalled.json", &table(&args, &rows))?;
    }
    Ok(())
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

/// Reads until there is a notice of something dropped: only then the reader was one that
/// stalls, and the system has not kept everything for it.
async fn has_missed_something(stream: &mut TcpStream) -> io::Result<()> {
    const NOTICE: &[u8] = br#""type":"dropped""#;
    let mut tail: Vec<u8> = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    let reading = async {
        while !tail.windows(NOTICE.len()).any(|window| window == NOTICE) {
            let keep = tail.len().saturating_sub(NOTICE.len());
            tail.drain(..keep);
            match stream.read(&mut buffer).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => tail.extend(&buffer[..read]),
            }
        }
        Ok(())
    };
    let read = timeout(Duration::from_secs(20), reading).await;
    read.map_err(|_| io::Error::other("a reader that stalls has missed nothing"))?
}

fn row(
    name: String,
    crowd: &Crowd,
    turns: &[Turn],
    by: &[Turn],
) -> io::Result<Vec<String>> {
    let middle = |figure: fn(&Turn) -> f64| median(turns.iter().map(figure));
    let pairs = turns.iter().zip(by);
    let ratio = median(pairs.map(|(turn, by)| turn.p99 / by.p99));
    Ok(vec![
        name,
        format!("{:.2}", middle(|turn| turn.half)),
        format!("{:.2}", middle(|turn| turn.p99)),
        format!("{ratio:.2}"),
        format!("{:.2}", middle(|turn| turn.longest)),
        format!("{:.1}", crowd.process.memory()? as f64 / 1024.0),
    ])
}

fn table(args: &Args, rows: &[Vec<String>]) -> Value {
    json!({
        "caption": format!(
            "How long a text of 64 bytes takes to {} readers, in ms",
            args.readers
        ),
        "columns": ["readers", "half", "p99", "ratio of p99", "longest", "memory, MiB"],
        "rows": rows,
        "note": machine::note("cargo run --release --example ch13-load -- stalled --record"),
    })
}
