//! What every client has seen, against each other and against the database.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use history::{LogError, Options, RoomLog, SqliteLog, What};

use crate::people::Log;

/// What was found, if nothing was wrong.
pub(crate) struct Report {
    clients: usize,
    accepted: usize,
    heard: usize,
    cuts: usize,
    kept: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} clients were cut {} times; {} messages were acknowledged, {} are kept, \
             {} were heard: each once, and in the same order",
            self.clients, self.cuts, self.accepted, self.kept, self.heard
        )
    }
}

/// What one room has: the author and the id of each message, in order.
type Kept = Vec<(String, Option<String>)>;

/// Compares.
///
/// # Errors
///
/// What is wrong with whose log.
pub(crate) async fn check(database: &Path, logs: &[Log]) -> Result<Report, String> {
    let log = SqliteLog::open(database, &Options::default(), ());
    let log = log.map_err(|error| error.to_string())?;
    let mut rooms: BTreeMap<&str, Kept> = BTreeMap::new();
    for client in logs {
        if !rooms.contains_key(client.room.as_str()) {
            let kept = kept(&log, &client.room).await;
            rooms.insert(&client.room, kept.map_err(|error| error.to_string())?);
        }
        let kept = &rooms[client.room.as_str()];
        check_client(client, kept).map_err(|why| format!("{}: {why}", client.who))?;
    }
    for (room, kept) in &rooms {
        once(kept).map_err(|why| format!("{room}: {why}"))?;
    }
    Ok(Report {
        clients: logs.len(),
        accepted: logs.iter().map(|log| log.accepted.len()).sum(),
        heard: logs.iter().map(|log| log.heard.len()).sum(),
        cuts: logs.iter().map(|log| log.cuts).sum(),
        kept: rooms.values().map(Vec::len).sum(),
    })
}

async fn kept(log: &SqliteLog, room: &str) -> Result<Kept, LogError> {
    let entries = log.after(room, 0, usize::MAX).await?.entries;
    let kept = entries.into_iter().map(|entry| match entry.what {
        What::Said { id, .. } => (entry.author, id),
        What::Edited { .. } | What::Deleted { .. } => (entry.author, None),
    });
    Ok(kept.collect())
}

/// Nothing in a room is there twice.
fn once(kept: &Kept) -> Result<(), String> {
    let mut all: Vec<_> = kept.iter().filter(|(_, id)| id.is_some()).collect();
    all.sort_unstable();
    match all.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("{:?} is there twice", pair[0])),
        None => Ok(()),
    }
}

fn check_client(client: &Log, kept: &Kept) -> Result<(), String> {
    for (id, seq) in &client.accepted {
        let found = kept.get(*seq as usize - 1);
        let expected = (client.who.clone(), Some(id.clone()));
        if found != Some(&expected) {
            return Err(format!("{id} was accepted as {seq}, where {found:?} is"));
        }
    }
    let mut last = 0;
    for (seq, author, id) in &client.heard {
        if let Some(first) = author.strip_prefix("gap from ") {
            if first.parse() != Ok(last + 1) {
                return Err(format!("a {author} was told after {last}"));
            }
        } else if *seq != last + 1 {
            return Err(format!("{seq} was heard after {last}"));
        } else if kept.get(*seq as usize - 1) != Some(&(author.clone(), id.clone())) {
            return Err(format!(
                "{seq} was heard as {id:?} of {author}, and is not that"
            ));
        }
        last = *seq;
    }
    let end = client
        .accepted
        .iter()
        .map(|(_, seq)| *seq)
        .max()
        .unwrap_or(0);
    match last >= end {
        true => Ok(()),
        false => Err(format!("it heard up to {last}, and its own {end} not")),
    }
}
