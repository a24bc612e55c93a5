//! Writers who each wait for their acknowledgement.

use std::path::Path;
use std::time::{Duration, Instant};

use history::{Act, LogError, Options, Post, RoomLog, SqliteLog};

/// One kind of work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    pub(crate) writers: usize,
    pub(crate) max_batch: usize,
    pub(crate) length: Duration,
}

/// What came of one turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Acknowledged messages per second.
    pub(crate) rate: f64,
    /// 99 of 100 acknowledgements took no longer than this.
    pub(crate) p99: Duration,
}

/// Messages of 64 bytes, into a database of their own.
pub(crate) async fn run(folder: &Path, work: Work) -> Result<Figures, LogError> {
    let folder = tempfile::tempdir_in(folder).expect("the folder is writable");
    let options = Options {
        max_batch: work.max_batch,
        ..Options::default()
    };
    let log = SqliteLog::open(folder.path().join("rooms.db"), &options, ())?;
    let start = Instant::now();
    let writers: Vec<_> = (0..work.writers)
        .map(|writer| tokio::spawn(write(log.clone(), writer, start + work.length)))
        .collect();
    let mut waits = Vec::new();
    for writer in writers {
        waits.extend(writer.await.expect("it does not panic")?);
    }
    let elapsed = start.elapsed().as_secs_f64();
    waits.sort_unstable();
    let at = waits.len().saturating_sub(1) * 99 / 100;
    Ok(Figures {
        rate: waits.len() as f64 / elapsed,
        p99: waits.get(at).copied().unwrap_or_default(),
    })
}

async fn write(
    log: SqliteLog,
    writer: usize,
    until: Instant,
) -> Result<Vec<Duration>, LogError> {
    let mut waits = Vec::new();
    loop {
        let start = Instant::now();
        if start >= until {
            return Ok(waits);
        }
        let text = format!("{:x<64}", waits.len());
        let post = Post {
            author: format!("writer {writer}"),
            id: Some(waits.len().to_string()),
            once: true,
            act: Act::Say { text },
        };
        log.append("harbour", post).await?;
        waits.push(start.elapsed());
    }
}
