//! First the maximum, then the chance.

/// The most of the first wait.
pub const FIRST: f64 = 5_000.0;
/// The length of the second.
pub const BASE: f64 = 1_000.0;
/// No wait is longer.
pub const MAX: f64 = 60_000.0;

/// The wait before an attempt, in milliseconds.
pub fn wait(attempt: u32, chance: f64) -> f64 {
    let Some(doublings) = attempt.checked_sub(1) else {
        return FIRST * chance;
    };
    // More doublings than this are over the maximum long since.
    let length = (BASE * f64::from(1 << doublings.min(20))).min(MAX);
    length / 2.0 + length / 2.0 * chance
}
