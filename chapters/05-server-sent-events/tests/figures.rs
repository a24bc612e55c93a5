//! The figures of the page, and what they must show.

use server_sent_events::scenario;
use wiretap::{Ledger, Part, Transcript};

fn record(name: &str, transcript: &Transcript) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, transcript.to_json());
    });
}

#[test]
fn a_stream() {
    let transcript = scenario::a_stream();
    let ledger = Ledger::of(&transcript);
    assert_eq!((ledger.requests, ledger.delivered), (1, 2));
    // Half a round trip, and nothing else.
    let latency = ledger.latency.expect("two events");
    assert_eq!((latency.min_us, latency.max_us), (50_000, 50_000));
    record("a_stream", &transcript);
}

#[test]
fn a_restart() {
    let transcript = scenario::a_restart();
    let ledger = Ledger::of(&transcript);
    assert_eq!((ledger.connections, ledger.requests), (2, 2));
    assert_eq!((ledger.published, ledger.delivered), (2, 2));
    record("a_restart", &transcript);
}

#[test]
fn the_stop() {
    let transcript = scenario::the_stop();
    let statuses: Vec<&str> = transcript
        .entries
        .iter()
        .filter(|entry| entry.part == Part::ResponseHead)
        .map(|entry| &entry.label[..])
        .collect();
    assert_eq!(statuses, ["HTTP/1.1 200 OK", "HTTP/1.1 204 No Content"]);
    record("the_stop", &transcript);
}
