//! Whether the server's memory stays where it is.

use std::fmt;

/// How much more it may be at the end than when everything was warm, in KiB.
const CLIMB: u64 = 8 << 10;

/// What was found, if nothing was wrong, in KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flat {
    pub(crate) warm: u64,
    pub(crate) end: u64,
}

impl fmt::Display for Flat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { warm, end } = self;
        write!(f, "{warm} KiB when it was warm, {end} KiB at the end")
    }
}

/// Looks at how much memory a process has had, evenly through its life. The first
/// half is for warming up: connections come, caches fill. Then it may not climb: the median
/// of the last eighth is compared with that of the eighth behind the warm-up.
///
/// # Errors
///
/// When it climbs, or when there are too few figures to tell.
pub(crate) fn is_flat(samples: &[u64]) -> Result<Flat, String> {
    let part = samples.len() / 8;
    if part == 0 {
        return Err(format!("{} figures are too few", samples.len()));
    }
    let half = samples.len() / 2;
    let warm = median(&samples[half..half + part]);
    let end = median(&samples[samples.len() - part..]);
    match end <= warm + CLIMB {
        true => Ok(Flat { warm, end }),
        false => Err(format!(
            "the server's memory climbs, from {warm} KiB to {end} KiB: {samples:?}"
        )),
    }
}

fn median(samples: &[u64]) -> u64 {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}
