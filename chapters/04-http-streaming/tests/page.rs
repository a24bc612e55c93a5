//! What the page shows, and that it shows what it says.

use http_streaming::scenario;
use wiretap::{Part, Transcript};

fn record(name: &str, content: &str) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, content);
    });
}

/// When each event was published, and when it was delivered.
fn latencies(transcript: &Transcript) -> Vec<u64> {
    let times = |part| {
        let entries = transcript.entries.iter().filter(move |e| e.part == part);
        entries.map(|entry| entry.sent_us / 1000)
    };
    let pairs = times(Part::Published).zip(times(Part::Delivered));
    pairs.map(|(born, told)| told - born).collect()
}

#[test]
fn a_stream() {
    let transcript = scenario::a_stream();
    assert_eq!(latencies(&transcript), [50, 50, 50]);
    record("a_stream", &transcript.to_json());
}

#[test]
fn to_an_old_client() {
    record("to_an_old_client", &scenario::to_an_old_client().to_json());
}

#[test]
fn a_chunk_is_no_message() {
    let transcript = scenario::a_chunk_is_no_message();
    let chunks = transcript.entries.iter().filter(|e| e.part == Part::Chunk);
    assert_eq!(chunks.count(), 1);
    record("a_chunk_is_no_message", &transcript.to_json());
}

#[test]
fn held_back() {
    let transcript = scenario::held_back();
    let latencies = latencies(&transcript);
    assert!(latencies[0] > 3000, "{latencies:?}");
    record("held_back", &transcript.to_json());
}

#[test]
fn cut_when_idle_and_kept_alive() {
    let cut = scenario::cut_when_idle();
    let ends = |transcript: &Transcript| {
        let entries = transcript.entries.iter();
        entries.filter(|entry| entry.part == Part::End).count()
    };
    assert_eq!(ends(&cut), 2, "of one connection, both ways");
    record("cut_when_idle", &cut.to_json());
    let kept = scenario::kept_alive();
    assert_eq!(ends(&kept), 0);
    record("kept_alive", &kept.to_json());
}

#[test]
fn the_writer_waits() {
    record("the_writer_waits", &scenario::the_writer_waits().to_json());
}

#[test]
fn stalls() {
    record("stalls", &scenario::stalls().to_json());
}
