//! A server has been away for a minute. Ten thousand clients wait for it, and each of them
//! tries again now and then. The waits double, so that it is not hit by all of them all the
//! time; they end at a maximum; and there is a part of chance in them, so that the clients do
//! not come at the same instant. When it comes back, they come at the same instant.
//!
//! This is how the waits of socket.io-client 4.8.4 are made (its `contrib/backo2`, with
//! its default numbers), and `wait` does the same: the wait before attempt `attempt`, counted
//! from 0, in milliseconds, where `chance` is a number from 0 up to 1. From attempt 4 on it
//! gives 5,000, whatever the chance.
//!
//! Repair it:
//!
//! * The first wait is anything from 0 to `FIRST`: all of it is chance (RFC 6455, section
//!   7.2.3).
//! * The length of a later one, `attempt` 1 and up, is `BASE`, twice that, four times, and
//!   so on, but no more than `MAX`; and the wait is between a half of the length and the
//!   whole, evenly.
//! * It is defined for every attempt: `u32::MAX` is the number of one that nobody reaches,
//!   and no reason to panic.

/// The most of the first wait.
pub const FIRST: f64 = 5_000.0;
/// The length of the second.
pub const BASE: f64 = 1_000.0;
/// No wait is longer.
pub const MAX: f64 = 60_000.0;

/// The wait before an attempt, in milliseconds.
pub fn wait(attempt: u32, chance: f64) -> f64 {
    let mut ms = 1_000.0 * 2.0_f64.powi(attempt as i32);
    let deviation = (chance * 0.5 * ms).floor();
    ms = match (chance * 10.0).floor() as u32 % 2 {
        0 => ms - deviation,
        _ => ms + deviation,
    };
    ms.min(5_000.0)
}
