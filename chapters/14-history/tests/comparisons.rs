//! A table of the page: who comes back when.

use history::{Pace, Schedule};
use serde_json::{Value, json};

fn record(name: &str, table: &Value) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, format!("{table:#}"));
    });
}

/// When so many clients come back that were all cut at 0, and find the server from `away`
/// on: for each attempt its time, in milliseconds.
fn attempts(away: f64, waits: impl Fn(u64) -> Vec<f64>) -> Vec<f64> {
    let mut all = Vec::new();
    for client in 0..10_000 {
        let mut now = 0.0;
        for wait in waits(client) {
            now += wait;
            all.push(now);
            if now >= away {
                break;
            }
        }
    }
    all.sort_unstable_by(f64::total_cmp);
    all
}

/// How many attempts are made in the fullest tenth of a second, of those after `from`.
fn busiest(attempts: &[f64], from: f64) -> usize {
    let attempts = &attempts[attempts.partition_point(|at| *at < from)..];
    let within = |(at, start): (usize, &f64)| {
        attempts.partition_point(|other| *other < start + 100.0) - at
    };
    attempts.iter().enumerate().map(within).max().unwrap_or(0)
}

/// A row for each way to come back: after a restart, and after a minute without a server.
fn herd() -> Vec<Value> {
    let ours = |client| {
        let mut schedule = Schedule::new(Pace::default(), client);
        (0..12)
            .map(|_| schedule.next().as_secs_f64() * 1e3)
            .collect::<Vec<_>>()
    };
    let each_second = |_| vec![1_000.0; 120];
    let doubling = |_| {
        (0..12)
            .map(|n| (1_000.0 * 2_f64.powi(n)).min(60_000.0))
            .collect()
    };
    let mut rows = Vec::new();
    for (name, waits) in [
        ("each second", &each_second as &dyn Fn(u64) -> Vec<f64>),
        ("1 s, then doubled, without chance", &doubling),
        ("this chapter's", &ours),
    ] {
        let restarted = attempts(0.0, waits);
        let minute = attempts(60_000.0, waits);
        let last = minute.last().copied().unwrap_or_default() / 1e3;
        rows.push(json!([
            name,
            busiest(&restarted, 0.0).to_string(),
            busiest(&minute, 60_000.0).to_string(),
            minute.len().to_string(),
            format!("{last:.0}"),
        ]));
    }
    rows
}

#[test]
fn ten_thousand_come_back() {
    let rows = herd();
    let ours = rows[2][1]
        .as_str()
        .and_then(|count| count.parse::<u32>().ok());
    assert!(ours.is_some_and(|count| count < 400), "{rows:?}");
    let table = json!({
        "caption": "10,000 clients are cut at the same instant",
        "columns": [
            "they come back", "most in 0.1 s, after a restart",
            "most in 0.1 s, after a minute away", "attempts in that minute",
            "the last is back after, s",
        ],
        "rows": rows,
        "note": "By the schedules alone, in a test; the server takes everybody at once. \
                 The minute's last column counts from the cut.",
    });
    record("herd", &table);
}
