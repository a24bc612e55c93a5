//! The tables of the page.

use std::collections::HashMap;
use std::time::Duration;

use wiretap::{Ledger, Part, Transcript};

use super::{Scenario, Table};
use crate::pace::Pace;
use crate::poller::Variant;

const SECOND: Duration = Duration::from_secs(1);

/// What one minute of polling costs, each way of asking in its own column.
pub fn variants() -> Table {
    let note = "60 s, ten events, round trip 100 ms, an interval of 1 s, no jitter: \
                counted from the transcript of each run on the simulated link. `cargo \
                run --example ch02-short-polling -- ledger` prints it.";
    let caption = "One minute of polling, four ways";
    let mut table = Table::new(caption, &["asks with, connection"], note.to_owned());
    table.rows = ACCOUNTS.map(|name| vec![name.to_owned()]).to_vec();
    for variant in [Variant::Cursor, Variant::ETag] {
        for keep_alive in [true, false] {
            let scenario = Scenario {
                variant,
                keep_alive,
                ..Scenario::every(SECOND)
            };
            table.columns.push(scenario.name());
            for (row, figure) in table.rows.iter_mut().zip(account(scenario)) {
                row.push(grouped(figure));
            }
        }
    }
    table
}

/// What [`account`] counts.
const ACCOUNTS: [&str; 10] = [
    "connections",
    "requests",
    "empty answers",
    "bytes of heads",
    "bytes of payload",
    "bytes per event",
    "one poll takes (ms)",
    "shortest latency (ms)",
    "mean latency (ms)",
    "longest latency (ms)",
];

fn account(scenario: Scenario) -> [u64; 10] {
    let transcript = scenario.play();
    let ledger = Ledger::of(&transcript);
    let latency = ledger.latency.expect("events were delivered");
    [
        ledger.connections,
        ledger.requests,
        ledger.empty_answers,
        ledger.request_head_bytes + ledger.response_head_bytes,
        ledger.payload_bytes,
        ledger.bytes_per_event().expect("events were delivered"),
        poll_time_us(&transcript) / 1000,
        latency.min_us / 1000,
        latency.mean_us / 1000,
        latency.max_us / 1000,
    ]
}

/// How long the last poll took: from its first packet to the answer's last byte. The
/// first poll opens the connection in any case, the last one shows which do so always.
fn poll_time_us(transcript: &Transcript) -> u64 {
    let mut opened = HashMap::new();
    let mut asked = HashMap::new();
    let mut took = 0;
    for entry in &transcript.entries {
        let connection = entry.connection;
        match entry.part {
            Part::Open => {
                opened.insert(connection, entry.sent_us);
            }
            Part::RequestHead => {
                // A request that opened its connection began with that.
                let begun = opened.remove(&connection).unwrap_or(entry.sent_us);
                asked.insert(connection, begun);
            }
            Part::ResponseHead | Part::Body => {
                let arrived = entry.arrived_us.expect("a link sees both ends");
                took = arrived - asked[&connection];
            }
            _ => {}
        }
    }
    took
}

/// Waste against latency: what a longer interval saves, and what it costs.
pub fn intervals() -> Table {
    let columns = [
        "interval (s)",
        "requests",
        "empty answers",
        "bytes per event",
        "half the interval + transit (ms)",
        "mean latency (ms)",
        "longest (ms)",
    ];
    let note = "60 s, ten events, round trip 100 ms, no jitter, with a cursor over a kept \
                connection: counted as above. The transit is the 50 ms that the answer \
                takes.";
    let caption = "Waste against latency";
    let mut table = Table::new(caption, &columns, note.to_owned());
    for millis in [250, 500, 1000, 2000, 5000, 10_000] {
        table.rows.push(interval_row(Duration::from_millis(millis)));
    }
    table
}

fn interval_row(interval: Duration) -> Vec<String> {
    let ledger = Ledger::of(&Scenario::every(interval).play());
    let latency = ledger.latency.expect("events were delivered");
    let predicted = interval / 2 + super::RTT / 2;
    vec![
        interval.as_secs_f64().to_string(),
        ledger.requests.to_string(),
        ledger.empty_answers.to_string(),
        grouped(ledger.bytes_per_event().expect("events were delivered")),
        grouped(predicted.as_millis() as u64),
        grouped(latency.mean_us / 1000),
        grouped(latency.max_us / 1000),
    ]
}

/// What the length of the board does to either way of asking.
pub fn histories() -> Table {
    let columns = [
        "events on the board before",
        "bytes per event by cursor",
        "by ETag",
    ];
    let note = "60 s, ten new events, round trip 100 ms, an interval of 1 s over a kept \
                connection. The client that asks by cursor begins with the cursor of the \
                last event kept; the other one has to fetch the board once.";
    let caption = "What a longer board costs";
    let mut table = Table::new(caption, &columns, note.to_owned());
    for history in [0, 10, 100, 1000] {
        let mut row = vec![grouped(history)];
        row.extend([Variant::Cursor, Variant::ETag].map(|variant| {
            let scenario = Scenario {
                variant,
                history,
                ..Scenario::every(SECOND)
            };
            let ledger = Ledger::of(&scenario.play());
            grouped(ledger.bytes_per_event().expect("events were delivered"))
        }));
        table.rows.push(row);
    }
    table
}

/// How many clients of a herd start together.
const HERD: u64 = 1000;
/// Two polls that begin within this time meet at the server.
const CROWD: Duration = Duration::from_millis(10);
/// The interval of each client.
const HERD_INTERVAL: Duration = Duration::from_secs(10);
/// How many intervals are watched.
const ROUNDS: u32 = 20;

/// How many of a thousand clients that start together ask at the same time: the most
/// requests within 10 ms, at four moments; and what the jitter does to their latency.
pub fn herd() -> Table {
    let columns = [
        "jitter",
        "at the start",
        "10 s later",
        "40 s",
        "190 s",
        "an event waits (s)",
    ];
    let note = "1,000 clients with an interval of 10 s start at the same instant, as after \
                a restart of their server. A cell is the largest number of polls that \
                begin within the same 10 ms, in the 10 s around that time. The last column \
                is the mean time from an event to the next poll of a client. Client \
                number n draws from the seed n.";
    let caption = "A herd, with and without jitter";
    let mut table = Table::new(caption, &columns, note.to_owned());
    for percent in [0, 10, 50, 100] {
        let jitter = f64::from(percent) / 100.0;
        let polls: Vec<Vec<Duration>> =
            (0..HERD).map(|seed| begins(jitter, seed)).collect();
        let mut row = vec![format!("{percent} %")];
        row.extend([0, 1, 4, 19].map(|round| grouped(largest_crowd(&polls, round))));
        row.push(format!("{:.2}", mean_wait(jitter).as_secs_f64()));
        table.rows.push(row);
    }
    table
}

/// When the polls of one client begin, as long as the herd is watched.
fn begins(jitter: f64, seed: u64) -> Vec<Duration> {
    let mut pace = Pace::new(HERD_INTERVAL, jitter, seed);
    let mut next = pace.before_first();
    let mut begins = Vec::new();
    while next < HERD_INTERVAL * ROUNDS {
        begins.push(next);
        next += pace.between();
    }
    begins
}

/// The most polls, whoever's they are, within the same 10 ms of the interval around the
/// beginning of a round.
fn largest_crowd(polls: &[Vec<Duration>], round: u32) -> u64 {
    let middle = HERD_INTERVAL * round;
    let around = middle.saturating_sub(HERD_INTERVAL / 2)..middle + HERD_INTERVAL / 2;
    let mut crowds = HashMap::<u128, u64>::new();
    for begin in polls.iter().flatten().filter(|time| around.contains(time)) {
        let slot = begin.as_nanos() / CROWD.as_nanos();
        *crowds.entry(slot).or_default() += 1;
    }
    crowds.into_values().max().expect("a herd is not empty")
}

/// The mean time from an event, at any time, to the next poll, over the first twenty
/// waits of each client: an event falls into a wait as often as the wait is long, and then
/// waits for half of it.
fn mean_wait(jitter: f64) -> Duration {
    let waits = (0..HERD).flat_map(|seed| {
        let mut pace = Pace::new(HERD_INTERVAL, jitter, seed);
        (0..ROUNDS).map(move |_| pace.between().as_secs_f64())
    });
    let (squares, sum) = waits.fold((0.0, 0.0), |(squares, sum), wait| {
        (squares + wait * wait, sum + wait)
    });
    Duration::from_secs_f64(squares / 2.0 / sum)
}

/// A number as the tables write it: `12345` as `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
