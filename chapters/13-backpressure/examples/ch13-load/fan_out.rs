//! How much a server delivers to many readers, and with how much memory.

use std::io;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::crowd::Crowd;
use super::{median, note, record, say};
use crate::server::{FAN_OUT, Server};

/// How to measure fan-out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many readers.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    readers: usize,
    /// How many bytes a text has.
    #[arg(long, value_name = "N", default_value_t = 64)]
    size: usize,
    /// How many posts are sent before all have heard them.
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        default_value = "1,16"
    )]
    in_flight: Vec<usize>,
    /// Which servers; the first is what the others are compared with.
    #[arg(long, value_delimiter = ',', default_value = FAN_OUT)]
    servers: Vec<Server>,
    /// How many turns each server has.
    #[arg(long, value_name = "N", default_value_t = 7)]
    rounds: usize,
    /// How long a turn takes.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    milliseconds: u64,
    /// Write the figures as the book's table.
    #[arg(long)]
    record: bool,
}

/// One turn of a server.
#[derive(Debug, Clone, Copy)]
struct Turn {
    per_second: f64,
    /// Processor time of the server for each delivery, in microseconds.
    processor: f64,
}

pub(crate) async fn run(args: Args) -> io::Result<()> {
    let mut crowds = Vec::new();
    let mut before = Vec::new();
    for &server in &args.servers {
        let crowd = Crowd::gather(server, args.readers, 0).await?;
        say(format_args!("{}: {} readers", server.name(), args.readers));
        before.push(crowd.process.memory()?);
        crowds.push(crowd);
    }
    let mut rows = Vec::new();
    for &in_flight in &args.in_flight {
        let mut turns = vec![Vec::new(); crowds.len()];
        // The first round warms up, and does not count.
        for round in 0..=args.rounds {
            for place in 0..crowds.len() {
                let which = (round + place) % crowds.len();
                let turn = turn(&mut crowds[which], &args, in_flight).await?;
                if round > 0 {
                    turns[which].push(turn);
                }
            }
        }
        for (crowd, turns_of) in crowds.iter().zip(&turns) {
            rows.push(row(crowd, in_flight, turns_of, &turns[0])?);
        }
    }
    for row in &rows {
        say(format_args!("{}", row.join("  ")));
    }
    say(format_args!("before any post: {before:?} KiB"));
    if args.record {
        record("fan-out.json", &table(&args, &rows))?;
    }
    Ok(())
}

async fn turn(crowd: &mut Crowd, args: &Args, in_flight: usize) -> io::Result<Turn> {
    let posts = crowd.posts(in_flight, args.size);
    let time = Duration::from_millis(args.milliseconds);
    let processor = crowd.process.processor_time()?;
    let start = Instant::now();
    let mut deliveries = 0;
    while start.elapsed() < time {
        crowd.tell(&posts, in_flight).await?;
        deliveries += in_flight * args.readers;
    }
    let elapsed = start.elapsed();
    let processor = crowd.process.processor_time()?.saturating_sub(processor);
    Ok(Turn {
        per_second: deliveries as f64 / elapsed.as_secs_f64(),
        processor: processor.as_secs_f64() * 1e6 / deliveries as f64,
    })
}

fn row(
    crowd: &Crowd,
    in_flight: usize,
    turns: &[Turn],
    by: &[Turn],
) -> io::Result<Vec<String>> {
    let per_second = median(turns.iter().map(|turn| turn.per_second));
    let ratios = turns.iter().zip(by);
    let ratio = median(ratios.map(|(turn, by)| turn.per_second / by.per_second));
    let processor = median(turns.iter().map(|turn| turn.processor));
    let memory = crowd.process.memory()? as f64 / 1024.0;
    Ok(vec![
        in_flight.to_string(),
        crowd.process.server.name().to_owned(),
        format!("{:.0} k", per_second / 1000.0),
        format!("{ratio:.2}"),
        format!("{processor:.2}"),
        format!("{memory:.1}"),
    ])
}

fn table(args: &Args, rows: &[Vec<String>]) -> Value {
    let Args { readers, size, .. } = args;
    json!({
        "caption": format!("One room, {readers} readers, texts of {size} bytes"),
        "columns": [
            "in flight", "server", "deliveries/s", "ratio", "processor µs each", "memory, MiB",
        ],
        "rows": rows,
        "note": note("fan-out"),
    })
}
