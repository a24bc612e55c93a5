//! What the disk can do.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

const PAGE: [u8; 4096] = [b'x'; 4096];
/// As long as SQLite lets its write-ahead log become before it begins it anew.
const PAGES: u64 = 1000;

/// How often a second 4 KiB can be written to a file and synced, one after the other: the
/// most commits that there can be.
///
/// To append makes a file longer, which a file system has to write down as well; to
/// overwrite what is there already does not. A write-ahead log does either: the better one
/// counts.
pub(crate) fn syncs_per_second(folder: &Path, length: Duration) -> io::Result<f64> {
    let path = folder.join("syncs");
    let mut file = File::create(&path)?;
    let half = length / 2;
    let appending = rate(half, |_count| write_and_sync(&mut file))?;
    file.set_len(0)?;
    file.rewind()?;
    for _ in 0..PAGES {
        file.write_all(&PAGE)?;
    }
    file.sync_all()?;
    let overwriting = rate(half, |count| {
        let at = count % PAGES * PAGE.len() as u64;
        file.seek(SeekFrom::Start(at))?;
        write_and_sync(&mut file)
    })?;
    drop(file);
    std::fs::remove_file(path)?;
    Ok(appending.max(overwriting))
}

fn write_and_sync(file: &mut File) -> io::Result<()> {
    file.write_all(&PAGE)?;
    file.sync_data()
}

/// How often a second it can be done; it is told how often it was.
fn rate(
    length: Duration,
    mut once: impl FnMut(u64) -> io::Result<()>,
) -> io::Result<f64> {
    let (start, mut count) = (Instant::now(), 0);
    while start.elapsed() < length {
        once(count)?;
        count += 1;
    }
    Ok(count as f64 / start.elapsed().as_secs_f64())
}
