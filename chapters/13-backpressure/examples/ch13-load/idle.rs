//! Memory for each connection that says nothing.

use std::io;

use serde_json::json;

use crate::crowd::enter_room;
use crate::process::{Process, Server};
use crate::{machine, record, say};

/// How to measure idle connections.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many connections.
    #[arg(long, value_name = "N", default_value_t = 5000)]
    connections: usize,
    /// How many of them are in the same room.
    #[arg(long, value_name = "N", default_value_t = 10)]
    room: usize,
    /// Write the figures as the book's table.
    #[arg(long)]
    record: bool,
}

/// What comes first and does not count, since it is allocated once.
const FIRST: usize = 100;

pub(crate) async fn run(args: Args) -> io::Result<()> {
    let process = Process::start(Server::Heartbeats)?;
    let mut open = Vec::new();
    let mut before = 0;
    for number in 0..FIRST + args.connections {
        if number == FIRST {
            before = process.memory()?;
        }
        let room = format!("room-{}", number / args.room);
        let name = format!("person-{number}");
        let (server, address) = (process.server, process.address);
        open.push(enter_room(server, address, &name, &room, false).await?);
    }
    let each = process.memory()?.saturating_sub(before) as f64;
    let each = format!("{:.1}", each / args.connections as f64);
    say(format_args!("{each} KiB for each connection"));
    drop(open);
    if args.record {
        let Args {
            connections, room, ..
        } = args;
        let name = process.server.name();
        let table = json!({
            "caption": format!(
                "What one of {connections} idle connections costs, in rooms of {room}"
            ),
            "columns": ["server", "KiB"],
            "rows": [[name, each]],
            "note": machine::note(
                "cargo run --release --example ch13-load -- idle --record"
            ),
        });
        record("idle.json", &table)?;
    }
    Ok(())
}
