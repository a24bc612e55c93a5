//! How many messages a second can be acknowledged, when each of them is on the disk by then:
//! with a commit for each message, and with one for all that wait; beside what the disk
//! itself can do.
//!
//! ```sh
//! cargo run --release --example ch14-durable
//! ```
#![expect(clippy::print_stdout, reason = "it reports what it measures")]

#[path = "ch14-durable/disk.rs"]
mod disk;
#[path = "ch14-durable/load.rs"]
mod load;
#[path = "ch14-durable/report.rs"]
mod report;

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use load::Work;
use report::{Row, Turns};

#[derive(Debug, Parser)]
struct Args {
    /// How many write at the same time; each waits for its acknowledgement.
    #[arg(long, value_delimiter = ',', default_value = "1,16,256")]
    writers: Vec<usize>,
    /// How many turns each way has.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long a turn takes.
    #[arg(long, default_value_t = 1000)]
    milliseconds: u64,
    /// Where the databases are: on the disk that is to be measured.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Write the figures as the book's table and chart: if nothing else was going on, and
    /// if they do not contradict each other.
    #[arg(long)]
    record: bool,
}

/// The folder of this program, which is on a disk and in nobody's way.
fn beside_this_program() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().ok_or(io::ErrorKind::NotFound)?;
    Ok(folder.to_owned())
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    // Before its own work is in it.
    let load = report::load_average();
    let folder = match &args.folder {
        Some(folder) => tempfile::tempdir_in(folder)?,
        // Beside this program; the system's may be in memory.
        None => tempfile::tempdir_in(beside_this_program()?)?,
    };
    let length = Duration::from_millis(args.milliseconds);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let mut all: Vec<Turns> = args.writers.iter().map(|_| Turns::default()).collect();
    // They take turns, so that whatever else the disk has to do meanwhile hits all of them.
    for _ in 0..args.rounds {
        for (&writers, turns) in args.writers.iter().zip(&mut all) {
            turns
                .syncs
                .push(disk::syncs_per_second(folder.path(), length)?);
            for (max_batch, turns) in [(1, &mut turns.alone), (256, &mut turns.grouped)]
            {
                let work = Work {
                    writers,
                    max_batch,
                    length,
                };
                turns.push(runtime.block_on(load::run(folder.path(), work))?);
            }
        }
    }
    let rows = args.writers.iter().zip(all);
    let rows: Vec<Row> = rows
        .map(|(writers, turns)| Row::new(*writers, turns))
        .collect();
    rows.iter().for_each(|row| println!("{row}"));
    if args.record {
        report::check(&rows, load)?;
        for file in report::record(&rows, load)? {
            println!("wrote {}", file.display());
        }
    }
    Ok(())
}
