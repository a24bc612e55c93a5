//! The tables of the page.

use std::time::Duration;

use fastrand::Rng;
use short_polling::scenario::Table;
use tokio::time::{Instant, sleep};
use wiretap::{Ledger, Recorder, harness};

use super::figures::two_at_the_worst_moment;
use super::{publish, read, reader, stage, stage_behind_a_proxy};
use crate::server::Hold;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn table(caption: &str, columns: &[&str], note: &str) -> Table {
    Table {
        caption: caption.to_owned(),
        columns: columns.iter().copied().map(str::to_owned).collect(),
        rows: Vec::new(),
        note: note.to_owned(),
    }
}

/// How long an event takes that happens soon after another one.
pub fn phases() -> Table {
    let columns = [
        "after the answer has left (ms)",
        "latency, kept (ms)",
        "transits",
        "latency, fresh (ms)",
        "transits",
    ];
    let note = "Two events; a transit takes 50 ms. Counted from the transcripts of each \
                run on the simulated link.";
    let mut table = table("An event that comes too soon", &columns, note);
    for millis in [0, 25, 50, 75, 100, 150, 200, 250] {
        let mut row = vec![millis.to_string()];
        for keep_alive in [true, false] {
            let latency = second_event(millis, keep_alive).as_millis();
            row.push(latency.to_string());
            row.push((latency as f64 / 50.0).to_string());
        }
        table.rows.push(row);
    }
    table
}

/// The latency of an event that happens so long after an answer has left.
fn second_event(millis: u64, keep_alive: bool) -> Duration {
    let ledger = harness::run("two events", async move {
        let recorder = Recorder::new("two events");
        let (board, dialer) = stage(&recorder, Hold::default());
        let publishing = recorder.clone();
        tokio::spawn(async move {
            sleep(SECOND).await;
            if millis == 0 {
                return two_at_the_worst_moment(&board, &publishing).await;
            }
            // Not counted: only the second one is.
            board.append("event 1");
            sleep(Duration::from_millis(millis)).await;
            publishing.published(2);
            board.append("event 2");
        });
        let end = Instant::now() + 2 * SECOND;
        read(reader(dialer, keep_alive), recorder.clone(), end).await;
        counted(&recorder)
    });
    let latency = ledger.latency.expect("the events are told");
    Duration::from_micros(latency.max_us)
}

/// What becomes of the latency when events happen more often.
pub fn rates() -> Table {
    let columns = [
        "events per second",
        "requests",
        "events per answer",
        "bytes per event",
        "mean latency (ms)",
        "in transits",
        "longest (ms)",
    ];
    let note = "60 s over a kept connection, a transit of 50 ms, events at random times \
                (one in each interval of the given length, at a phase that a seed has \
                drawn).";
    let mut table = table("The busier, the more in one answer", &columns, note);
    for (rate, millis) in [
        ("0.1", 10_000),
        ("0.5", 2000),
        ("1", 1000),
        ("2", 500),
        ("5", 200),
        ("10", 100),
        ("20", 50),
        ("50", 20),
    ] {
        let ledger = a_minute(Duration::from_millis(millis));
        let latency = ledger.latency.expect("events are told");
        let answers = ledger.responses - ledger.empty_answers;
        table.rows.push(vec![
            rate.to_owned(),
            ledger.requests.to_string(),
            format!("{:.1}", ledger.delivered as f64 / answers as f64),
            ledger
                .bytes_per_event()
                .expect("events are told")
                .to_string(),
            (latency.mean_us / 1000).to_string(),
            format!("{:.2}", latency.mean_us as f64 / 50_000.0),
            (latency.max_us / 1000).to_string(),
        ]);
    }
    table
}

/// A minute in which an event falls into each slot of this length.
fn a_minute(slot: Duration) -> Ledger {
    harness::run("a minute", async move {
        let recorder = Recorder::new("a minute");
        let (board, dialer) = stage(&recorder, Hold::default());
        let mut random = Rng::with_seed(1);
        let slots = (MINUTE.as_millis() / slot.as_millis()) as u32;
        let phase = |_| Duration::from_millis(random.u64(0..slot.as_millis() as u64));
        let phases: Vec<_> = (0..slots).map(phase).collect();
        // Not before the first question is held.
        let times = (0..)
            .zip(phases)
            .map(|(n, phase)| SECOND + slot * n + phase);
        tokio::spawn(publish(board, recorder.clone(), times.collect()));
        // What happens at its very end is still told.
        let end = Instant::now() + MINUTE + 2 * SECOND;
        read(reader(dialer, true), recorder.clone(), end).await;
        counted(&recorder)
    })
}

/// A ledger of the whole recording: a recorder that had to forget something would make it
/// too cheap.
fn counted(recorder: &Recorder) -> Ledger {
    let transcript = recorder.transcript();
    assert_eq!(transcript.dropped, 0, "the recording is whole");
    Ledger::of(&transcript)
}

/// How long the proxy's scenario takes.
const HOURS: Duration = Duration::from_secs(6 * 3600);
/// From one event of it to the next: it is a quiet board.
const QUIET: Duration = Duration::from_millis(907_130);

/// Who gives up first, and what becomes of it.
pub fn patience() -> Table {
    let columns = [
        "server holds (s)",
        "proxy waits (s)",
        "requests",
        "failures",
        "mean latency (ms)",
        "longest (ms)",
    ];
    let note = "Six hours, 23 events, a quarter of an hour apart; the client waits for 45 s, \
                and after a failure it waits before it asks again. A transit takes 50 ms to \
                the proxy, and 50 ms from there to the server, to which the proxy opens a \
                connection for each request.";
    let mut table = table("Who gives up first", &columns, note);
    for (hold, proxy) in [(30, 60), (30, 31), (30, 30), (30, 20), (60, 120)] {
        let (ledger, failures) = six_hours(hold, proxy);
        let latency = ledger.latency.expect("events are told");
        table.rows.push(vec![
            hold.to_string(),
            proxy.to_string(),
            ledger.requests.to_string(),
            failures.to_string(),
            (latency.mean_us / 1000).to_string(),
            (latency.max_us / 1000).to_string(),
        ]);
    }
    table
}

fn six_hours(hold: u64, proxy: u64) -> (Ledger, u64) {
    harness::run("six hours", async move {
        let recorder = Recorder::new("six hours");
        let hold = Hold {
            time: Duration::from_secs(hold),
            ..Hold::default()
        };
        let patience = Duration::from_secs(proxy);
        let (board, dialer) = stage_behind_a_proxy(&recorder, hold, patience);
        let times = (1..).map(|n| n * QUIET).take_while(|time| *time < HOURS);
        tokio::spawn(publish(board, recorder.clone(), times.collect()));
        let end = Instant::now() + HOURS;
        let failures = read(reader(dialer, true), recorder.clone(), end).await;
        (counted(&recorder), failures)
    })
}
