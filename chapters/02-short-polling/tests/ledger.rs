//! What polling costs: the tables and the figures of the page, and what they must show.

use std::time::Duration;

use short_polling::Variant;
use short_polling::scenario::{self, EVENTS, RTT, Scenario};
use wiretap::Ledger;

const SECOND: Duration = Duration::from_secs(1);

fn record(name: &str, content: &str) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, content);
    });
}

fn all_variants() -> [Scenario; 4] {
    let every = |variant, keep_alive| Scenario {
        variant,
        keep_alive,
        ..Scenario::every(SECOND)
    };
    [
        every(Variant::Cursor, true),
        every(Variant::Cursor, false),
        every(Variant::ETag, true),
        every(Variant::ETag, false),
    ]
}

fn ledger(scenario: Scenario) -> Ledger {
    Ledger::of(&scenario.play())
}

#[test]
fn the_tables_of_the_page() {
    record("variants", &scenario::variants().to_json());
    record("intervals", &scenario::intervals().to_json());
    record("histories", &scenario::histories().to_json());
    record("herd", &scenario::herd().to_json());
}

#[test]
fn the_figures_of_the_page() {
    record("a_kept_poll", &scenario::a_kept_poll().to_json());
    record("a_fresh_poll", &scenario::a_fresh_poll().to_json());
    record("not_modified", &scenario::not_modified().to_json());
}

#[test]
fn two_runs_give_the_same_bytes() {
    for scenario in all_variants() {
        let (first, second) = (scenario.play(), scenario.play());
        assert!(first.entries.len() > 100, "{}", scenario.name());
        assert_eq!(first.to_json(), second.to_json(), "{}", scenario.name());
    }
}

#[test]
fn every_variant_delivers_every_event_once() {
    for scenario in all_variants() {
        let ledger = ledger(scenario);
        let name = scenario.name();
        assert_eq!(
            (ledger.published, ledger.delivered),
            (EVENTS, EVENTS),
            "{name}"
        );
        assert_eq!((ledger.requests, ledger.responses), (60, 60), "{name}");
        // Ten events in ten different polls; the other fifty were for nothing.
        assert_eq!(ledger.empty_answers, 50, "{name}");
    }
}

#[test]
fn the_mean_latency_is_half_the_interval_and_the_transit() {
    for millis in [250, 500, 1000, 2000, 5000, 10_000] {
        let interval = Duration::from_millis(millis);
        let latency = ledger(Scenario::every(interval))
            .latency
            .expect("delivered");
        let predicted = interval / 2 + RTT / 2;
        assert_eq!(
            Duration::from_micros(latency.mean_us),
            predicted,
            "{interval:?}"
        );
        let longest = interval + RTT / 2;
        assert!(
            Duration::from_micros(latency.max_us) <= longest,
            "{interval:?}"
        );
    }
}

#[test]
fn a_fresh_connection_costs_a_round_trip_and_no_latency() {
    let table = scenario::variants();
    let row = |name: &str| {
        let mut rows = table.rows.iter();
        let row = rows.find(|row| row[0] == name).expect("the table has it");
        [&row[1][..], &row[2], &row[3], &row[4]]
    };
    assert_eq!(row("one poll takes (ms)"), ["100", "200", "100", "200"]);
    assert_eq!(row("connections"), ["1", "60", "1", "60"]);
    // Requests that open a connection first are all later by a round trip, and so no
    // further apart.
    assert_eq!(row("mean latency (ms)"), ["550"; 4]);
}

#[test]
fn jitter_spreads_a_herd() {
    let table = scenario::herd();
    let crowds = |row: &[String]| -> Vec<u32> {
        let cells = row[1..5].iter().map(|cell| cell.replace(',', ""));
        cells.map(|cell| cell.parse().expect("a number")).collect()
    };
    assert_eq!(
        crowds(&table.rows[0]),
        [1000; 4],
        "a herd stays one by itself"
    );
    for row in &table.rows[1..] {
        // Spread evenly over the whole interval it would be one in 10 ms; a tenth of the
        // interval already takes the crowd apart.
        assert!(crowds(row).iter().all(|crowd| *crowd < 25), "{row:?}");
    }
    // With waits spread evenly over I·(1 ± j), an event waits I/2·(1 + j²/3).
    for (row, jitter) in table.rows.iter().zip([0.0, 0.1, 0.5, 1.0_f64]) {
        let waits: f64 = row[5].parse().expect("seconds");
        let expected = 5.0 * (1.0 + jitter * jitter / 3.0);
        assert!((waits - expected).abs() < 0.05, "{row:?}: {expected}");
    }
}

#[test]
fn polls_never_overlap_even_when_they_take_longer_than_the_interval() {
    let scenario = Scenario {
        keep_alive: false,
        ..Scenario::every(Duration::from_millis(50))
    };
    // 200 ms for each poll, one after the other.
    assert_eq!(ledger(scenario).requests, 300);
}

#[test]
fn an_etag_answer_grows_with_the_board_and_a_cursors_does_not() {
    let payload = |variant, history| {
        let scenario = Scenario {
            variant,
            history,
            ..Scenario::every(SECOND)
        };
        ledger(scenario).payload_bytes
    };
    // 100 events more on the board are in each of eleven answers: the first one and ten
    // that bring an event. With a cursor only the numbers get longer.
    let more = payload(Variant::ETag, 100) - payload(Variant::ETag, 0);
    assert!(
        more > 11 * 100 * r#"{"seq":1,"text":"event 1"}"#.len() as u64,
        "{more}"
    );
    let more = payload(Variant::Cursor, 100) - payload(Variant::Cursor, 0);
    assert!(more < 200, "{more}");
}
