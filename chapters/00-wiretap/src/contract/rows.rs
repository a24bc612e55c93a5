//! What comes out: a transport's row in the table of promises, and its row in the ledger.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::time::{Instant, sleep_until};

use super::stage::Stage;
use super::{Promise, Reader as _, Told, Transport};
use crate::harness;
use crate::ledger::Ledger;
use crate::link::Link;
use crate::transcript::Transcript;

/// How long the ledger's scenario takes.
const MINUTE: Duration = Duration::from_secs(60);
const RTT: Duration = Duration::from_millis(100);

/// Which promises a transport keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The transport.
    pub name: String,
    /// Each promise, and whether it is kept.
    pub kept: Vec<(Promise, bool)>,
}

/// A table as the book renders it. The book puts the rows of all chapters together, so
/// all else has to be the same in each.
#[derive(Serialize)]
struct Table {
    caption: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    note: &'static str,
}

impl Table {
    fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a table is texts and nothing else")
    }
}

/// Rows of the table of promises, as the JSON that the book's pages are made from.
pub fn rows(rows: &[Row]) -> String {
    let mut columns = vec!["transport"];
    columns.extend(Promise::ALL.map(Promise::name));
    let cells = |row: &Row| {
        let kept = row
            .kept
            .iter()
            .map(|(_, kept)| if *kept { "yes" } else { "–" });
        let cells = std::iter::once(row.name.clone()).chain(kept.map(str::to_owned));
        cells.collect()
    };
    Table {
        caption: "What each transport promises, and keeps",
        columns,
        rows: rows.iter().map(cells).collect(),
        note: "Each cell is the outcome of the same checks, on simulated links: the stream \
               cut into reads in every way, the connection cut off after every byte, the \
               server stopped and killed. A dash is a promise that is not made, and the \
               checks require that it is not kept by chance.",
    }
    .to_json()
}

/// Plays one minute of one reader over a link with a round trip of 100 ms, with an event
/// at each of these times, and gives what was recorded.
///
/// # Panics
///
/// When an event is not told within the minute.
pub fn ledger<T: Transport>(transport: T, events: &[Duration]) -> Transcript {
    let transport = Arc::new(transport);
    let what = format!("a minute of {}", transport.name());
    let events = events.to_vec();
    harness::run(&what, async move {
        let end = Instant::now() + MINUTE;
        let stage = Stage::open(&transport, &Link::new().rtt(RTT));
        let recorder = stage.recorder.clone();
        let mut reader = stage.reader(0);
        let count = events.len();
        tokio::spawn(async move {
            let start = Instant::now();
            for (seq, time) in (1..).zip(events) {
                sleep_until(start + time).await;
                let text = format!("event {seq}");
                stage.transport.append(&stage.board, text);
                stage.recorder.published(seq);
            }
        });
        let mut told = 0;
        loop {
            // What would begin at the end of the minute is no longer in it.
            let notice = tokio::select! {
                biased;
                () = sleep_until(end) => break,
                notice = reader.next() => notice,
            };
            match notice {
                Told::Event(seq, _) => {
                    told += 1;
                    recorder.delivered(seq);
                }
                surprise => panic!("on a link without faults: {surprise:?}"),
            }
        }
        assert_eq!(told, count, "events that are told");
        let transcript = recorder.transcript();
        assert_eq!(transcript.dropped, 0, "the recording is whole");
        transcript
    })
}

/// Rows of the ledger, as the JSON that the book's pages are made from.
///
/// # Panics
///
/// When no event was told.
pub fn ledger_rows(rows: &[(String, Ledger)]) -> String {
    let cells = |(name, ledger): &(String, Ledger)| {
        let latency = ledger.latency.expect("events were told");
        let numbers = [
            ledger.connections,
            ledger.requests,
            ledger.empty_answers,
            ledger.request_head_bytes + ledger.response_head_bytes,
            ledger.payload_bytes,
            ledger.bytes_per_event().expect("events were told"),
            latency.mean_us / 1000,
            latency.max_us / 1000,
        ];
        let cells = std::iter::once(name.clone()).chain(numbers.map(grouped));
        cells.collect()
    };
    Table {
        caption: "One minute, ten events",
        columns: vec![
            "transport",
            "connections",
            "requests",
            "empty answers",
            "bytes of heads",
            "bytes of payload",
            "bytes per event",
            "mean latency (ms)",
            "longest (ms)",
        ],
        rows: rows.iter().map(cells).collect(),
        note: "60 s, ten events, round trip 100 ms: counted from the transcript of each \
               run on the simulated link. The events happen at the same times for all.",
    }
    .to_json()
}

/// Compares rows with the snapshot `tests/snapshots/NAME.snap` of the calling chapter, from
/// which the book puts the rows of all chapters together: `contract` and `ledger_row`.
#[doc(hidden)]
#[macro_export]
macro_rules! __record_rows {
    ($name:literal, $rows:expr) => {
        $crate::contract::__insta::with_settings!({
            omit_expression => true,
            prepend_module_to_snapshot => false,
        }, {
            $crate::contract::__insta::assert_snapshot!($name, $rows);
        })
    };
}

/// `12345` as `12,345`.
fn grouped(number: u64) -> String {
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
