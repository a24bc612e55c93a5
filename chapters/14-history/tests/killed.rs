//! The process is killed in the middle of a load, again and again. Whatever it had said to
//! be accepted is there afterwards, once, under the number that it had said.

mod common;

use std::io::BufReader;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use common::{run, say};
use history::{Entry, Options, RoomLog, SqliteLog, What};

/// Names the database, and makes of this test's program the one that is killed.
const DATABASE: &str = "CH14_KILLED_DATABASE";
const ROUND: &str = "CH14_KILLED_ROUND";
const ROUNDS: usize = 12;
const WRITERS: usize = 16;
/// After so many acknowledgements it is killed, and somewhere in a batch.
const ACKNOWLEDGED: usize = 40;

#[test]
fn what_was_acknowledged_survives_a_kill() {
    if let Ok(database) = std::env::var(DATABASE) {
        return be_killed(database, std::env::var(ROUND).expect("a round"));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("rooms.db");
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let mut child = start(&database, round);
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        acknowledged.extend(read_and_kill(&mut child, &mut output, round));
        check(&database, &acknowledged);
    }
    assert!(acknowledged.len() >= ROUNDS * ACKNOWLEDGED);
}

fn start(database: &Path, round: usize) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args([
            "--exact",
            "what_was_acknowledged_survives_a_kill",
            "--nocapture",
        ])
        .env(DATABASE, database)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts")
}

/// The child: many writers, and a line for each post that is accepted.
#[expect(clippy::print_stdout, reason = "its parent reads it")]
fn be_killed(database: String, round: String) {
    run("being killed", async move {
        let log = SqliteLog::open(database, &Options::default(), ()).expect("a log");
        let writers = (0..WRITERS).map(|writer| {
            let (log, round) = (log.clone(), round.clone());
            tokio::spawn(async move {
                for number in 0.. {
                    let id = format!("{round}-{writer}-{number}");
                    let post = say("ada", &id, &id);
                    let appended = log.append("harbour", post).await.expect("accepted");
                    println!("\nacknowledged {} {id}", appended.seq);
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.expect("it is killed before");
        }
    });
}

/// Reads until enough is acknowledged, kills the child (SIGKILL, where there are signals),
/// and reads what it had still said.
fn read_and_kill(
    child: &mut Child,
    output: &mut impl std::io::BufRead,
    round: usize,
) -> Vec<(u64, String)> {
    let mut all = Vec::new();
    let mut line = String::new();
    while all.len() < ACKNOWLEDGED + round {
        line.clear();
        let read = output.read_line(&mut line).expect("it can be read");
        assert!(read > 0, "the child has ended by itself");
        all.extend(acknowledgement(&line));
    }
    child.kill().expect("it was there");
    let mut rest = String::new();
    output.read_to_string(&mut rest).expect("it can be read");
    child.wait().expect("it is gone");
    // The last line may have been cut.
    let whole = rest.rfind('\n').map_or("", |end| &rest[..=end]);
    all.extend(whole.lines().filter_map(acknowledgement));
    all
}

fn acknowledgement(line: &str) -> Option<(u64, String)> {
    let (seq, id) = line.trim().strip_prefix("acknowledged ")?.split_once(' ')?;
    Some((seq.parse().expect("a number"), id.to_owned()))
}

fn check(database: &Path, acknowledged: &[(u64, String)]) {
    let log = SqliteLog::open(database, &Options::default(), ()).expect("a log");
    let since = run("reading it all", async move {
        let all = log.after("harbour", 0, usize::MAX).await;
        log.close().await.expect("nobody else has it");
        all.expect("it can be read")
    });
    let ids: Vec<&str> = since.entries.iter().map(id_of).collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "an id is there twice");
    for (at, entry) in since.entries.iter().enumerate() {
        assert_eq!(entry.seq, at as u64 + 1, "the numbers have no hole");
    }
    for (seq, id) in acknowledged {
        let kept = ids.get(*seq as usize - 1);
        assert_eq!(kept, Some(&id.as_str()), "{id} was acknowledged as {seq}");
    }
}

fn id_of(entry: &Entry) -> &str {
    match &entry.what {
        What::Said { id: Some(id), .. } => id,
        other => panic!("nothing else was posted: {other:?}"),
    }
}
