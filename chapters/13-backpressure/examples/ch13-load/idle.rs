//! Memory for each connection that says nothing.

use std::io;

use serde_json::json;

use super::crowd::enter_room;
use super::process::Process;
use super::{note, record, say};
use crate::server::{IDLE, Server};

/// How to measure idle connections.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many connections.
    #[arg(long, value_name = "N", default_value_t = 5000)]
    connections: usize,
    /// How many of them are in the same room.
    #[arg(long, value_name = "N", default_value_t = 10)]
    room: usize,
    /// Which servers.
    #[arg(long, value_delimiter = ',', default_value = IDLE)]
    servers: Vec<Server>,
    /// Write the figures as the book's table.
    #[arg(long)]
    record: bool,
}

/// What comes first and does not count, since it is allocated once.
const FIRST: usize = 100;

pub(crate) async fn run(args: Args) -> io::Result<()> {
    let mut rows = Vec::new();
    for &server in &args.servers {
        let each = format!("{:.1}", kib_each(server, &args).await?);
        let name = server.name();
        say(format_args!("{name}: {each} KiB for each connection"));
        rows.push([name.to_owned(), each]);
    }
    if args.record {
        let Args {
            connections, room, ..
        } = args;
        let table = json!({
            "caption": format!(
                "What one of {connections} idle connections costs, in rooms of {room}, \
                 with heartbeats"
            ),
            "columns": ["server", "KiB"],
            "rows": rows,
            "note": note("idle"),
        });
        record("idle.json", &table)?;
    }
    Ok(())
}

/// The memory of a server for each connection, in KiB.
async fn kib_each(server: Server, args: &Args) -> io::Result<f64> {
    let process = Process::start(server, true)?;
    let mut open = Vec::new();
    let mut before = 0;
    for number in 0..FIRST + args.connections {
        if number == FIRST {
            before = process.memory()?;
        }
        let room = format!("room-{}", number / args.room);
        let name = format!("person-{number}");
        let address = process.address;
        open.push(enter_room(server, address, &name, &room, false).await?);
    }
    let all = process.memory()?.saturating_sub(before);
    Ok(all as f64 / args.connections as f64)
}
