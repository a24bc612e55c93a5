//! A drain that is spread.

use std::time::Duration;

/// How many of the `open` connections are to be closed, `elapsed` after a drain has begun that
/// takes as long as `over`.
pub fn due(at_start: usize, open: usize, elapsed: Duration, over: Duration) -> usize {
    let left = over.saturating_sub(elapsed).as_nanos();
    let may_be_open = match over.as_nanos() {
        0 => 0,
        over => (at_start as u128 * left).div_ceil(over),
    };
    // It is no more than `at_start`.
    let may_be_open = usize::try_from(may_be_open).unwrap_or(at_start);
    open.saturating_sub(may_be_open)
}
