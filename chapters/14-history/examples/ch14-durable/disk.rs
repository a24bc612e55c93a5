//! What the disk can do.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often a second 4 KiB can be appended to a file and synced, one after the other: the
/// most commits that there can be.
pub(crate) fn syncs_per_second(folder: &Path, length: Duration) -> io::Result<f64> {
    let path = folder.join("syncs");
    let mut file = File::create(&path)?;
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < length {
        file.write_all(&[b'x'; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    let rate = f64::from(count) / start.elapsed().as_secs_f64();
    drop(file);
    std::fs::remove_file(path)?;
    Ok(rate)
}
