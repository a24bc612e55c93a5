//! RFC 6202's analysis of the latency, to the millisecond; and what the page shows of it.

use long_polling::scenario::{self, RTT};
use short_polling::scenario::Table;
use wiretap::{Ledger, Transcript};

fn record(name: &str, content: &str) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, content);
    });
}

fn transit_ms() -> u64 {
    RTT.as_millis() as u64 / 2
}

fn column(table: &Table, name: &str) -> Vec<f64> {
    let at = table.columns.iter().position(|column| column == name);
    let at = at.expect("the table has this column");
    let cells = table.rows.iter().map(|row| row[at].parse());
    cells.map(|cell| cell.expect("a number")).collect()
}

fn longest_ms(transcript: &Transcript) -> u64 {
    let latency = Ledger::of(transcript).latency;
    latency.expect("events are told").max_us / 1000
}

#[test]
fn the_figures_of_the_page() {
    record("a_held_request", &scenario::a_held_request().to_json());
    record(
        "a_quiet_half_minute",
        &scenario::a_quiet_half_minute().to_json(),
    );
    record("the_worst_case", &scenario::the_worst_case().to_json());
    record("a_proxy_gives_up", &scenario::a_proxy_gives_up().to_json());
}

#[test]
fn the_tables_of_the_page() {
    record("phases", &scenario::phases().to_json());
    record("rates", &scenario::rates().to_json());
    record("patience", &scenario::patience().to_json());
}

#[test]
fn rfc6202_2_2_the_average_latency_is_close_to_one_transit() {
    assert_eq!(longest_ms(&scenario::a_held_request()), transit_ms());
    let rates = scenario::rates();
    let means = column(&rates, "in transits");
    assert!((1.0..1.05).contains(&means[0]), "a quiet board: {means:?}");
    // The busier the board, the more often an answer is on its way. Then an event waits
    // for half a round trip on average, and for no longer however busy it gets: the next
    // answer has room for all that happened meanwhile.
    let busy = &means[5..];
    let twice = 1.9..2.1;
    assert!(busy.iter().all(|mean| twice.contains(mean)), "{means:?}");
}

#[test]
fn rfc6202_2_2_the_maximal_latency_is_three_transits() {
    assert_eq!(longest_ms(&scenario::the_worst_case()), 3 * transit_ms());
    let rates = scenario::rates();
    let longest = column(&rates, "longest (ms)");
    let most = (3 * transit_ms()) as f64;
    assert!(longest.iter().all(|ms| *ms <= most), "{longest:?}");
}

#[test]
fn rfc6202_2_2_a_fresh_connection_makes_that_five() {
    let phases = scenario::phases();
    assert_eq!(
        column(&phases, "latency, kept (ms)"),
        [150.0, 125.0, 100.0, 75.0, 50.0, 50.0, 50.0, 50.0]
    );
    assert_eq!(
        column(&phases, "latency, fresh (ms)"),
        [250.0, 225.0, 200.0, 175.0, 150.0, 100.0, 50.0, 50.0]
    );
}

#[test]
fn two_runs_give_the_same_bytes() {
    let figures = [
        scenario::a_held_request,
        scenario::the_worst_case,
        scenario::a_proxy_gives_up,
    ];
    for figure in figures {
        assert_eq!(figure().to_json(), figure().to_json());
    }
}
