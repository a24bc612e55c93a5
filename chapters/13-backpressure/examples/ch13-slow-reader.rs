//! One reader of a room stops reading for a while: what that costs the server, and the
//! others, with each policy. The clock is tokio's paused one and the network is in memory,
//! so a minute takes a moment, and every machine finds the same.
//!
//! ```text
//! cargo run --example ch13-slow-reader
//! cargo run --example ch13-slow-reader -- --record     # the book's charts
//! ```
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

#[path = "ch13-slow-reader/policies.rs"]
mod policies;
#[path = "ch13-slow-reader/report.rs"]
mod report;
#[path = "ch13-slow-reader/room.rs"]
mod room;

use clap::Parser;
use wiretap::harness;

use policies::Way;

/// What a reader that stops reading costs, with each policy.
#[derive(Debug, Parser)]
struct Args {
    /// Write the book's charts.
    #[arg(long)]
    record: bool,
}

fn main() -> std::io::Result<()> {
    let args = Args::parse();
    let seen: Vec<_> = Way::ALL
        .into_iter()
        .map(|way| harness::run(way.name(), room::watch(way)))
        .collect();
    print!("{}", report::in_words(&seen));
    if args.record {
        report::record(&seen)?;
    }
    Ok(())
}
