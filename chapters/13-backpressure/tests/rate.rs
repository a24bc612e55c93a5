//! Accounts of how often something may happen.

use std::time::{Duration, Instant};

use backpressure::{Account, Rate};

const RATE: Rate = Rate {
    burst: 5,
    interval: Duration::from_millis(100),
};

/// How many of so many are allowed at this moment.
fn allowed(account: &mut Account, count: usize, now: Instant) -> usize {
    (0..count).filter(|_| account.takes(now)).count()
}

#[test]
fn a_burst_and_then_one_in_each_interval() {
    let start = Instant::now();
    let mut account = Account::new(RATE);
    assert_eq!(allowed(&mut account, 20, start), 5);
    let mut now = start;
    for _ in 0..10 {
        now += Duration::from_millis(99);
        let early = allowed(&mut account, 3, now);
        now += Duration::from_millis(1);
        let due = allowed(&mut account, 3, now);
        assert_eq!((early, due), (0, 1));
    }
}

#[test]
fn silence_fills_it_again_but_no_further() {
    let start = Instant::now();
    let mut account = Account::new(RATE);
    assert_eq!(allowed(&mut account, 20, start), 5);
    let later = start + Duration::from_millis(250);
    assert_eq!(allowed(&mut account, 20, later), 2);
    let much_later = later + Duration::from_secs(3600);
    assert_eq!(allowed(&mut account, 20, much_later), 5);
}

#[test]
fn who_is_refused_pays_nothing() {
    let start = Instant::now();
    let mut account = Account::new(RATE);
    assert_eq!(allowed(&mut account, 1_000_000, start), 5);
    let next = start + Duration::from_millis(100);
    assert_eq!(allowed(&mut account, 1, next), 1);
}

#[test]
fn a_burst_of_none_allows_nothing() {
    let nothing = Rate { burst: 0, ..RATE };
    let now = Instant::now();
    assert_eq!(allowed(&mut Account::new(nothing), 5, now), 0);
}
