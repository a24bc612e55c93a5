//! The figures of the page, and what they must show.

mod common;

use common::parse_pieces;
use server_sent_events::{Limits, scenario};
use short_polling::scenario::Table;
use wiretap::{Ledger, Part, Transcript};

fn record(name: &str, transcript: &Transcript) {
    record_text(name, &transcript.to_json());
}

fn record_text(name: &str, text: &str) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, text);
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

/// A reader that takes each read by itself: a CR at the end of one is forgotten.
fn forgets(reads: &[&str]) -> Vec<String> {
    let with_lf = |read: &&str| read.replace("\r\n", "\n").replace('\r', "\n");
    reads.iter().map(with_lf).collect()
}

/// A reader that keeps a CR back until it knows what comes after it.
fn waits(reads: &[&str]) -> Vec<String> {
    let mut kept = String::new();
    let pass_on = |read: &&str| {
        kept.push_str(read);
        let length = kept.strip_suffix('\r').map_or(kept.len(), str::len);
        let cr = kept.split_off(length);
        std::mem::replace(&mut kept, cr)
    };
    reads.iter().map(pass_on).collect()
}

fn told(reads: &[String]) -> String {
    let reads = reads.iter().map(|read| read.as_bytes());
    let outcome = parse_pieces(Limits::default(), reads);
    match &outcome.data()[..] {
        [] => "nothing yet".to_owned(),
        data => format!("{data:?}").trim_matches(['[', ']']).to_owned(),
    }
}

/// What a CR at the end of a read becomes.
#[test]
fn a_cr_at_the_end_of_a_read() {
    let scenes: [&[&str]; 3] = [
        &["data: one\r\ndata: two\r\n\r\n"],
        &["data: one\r", "\ndata: two\r\n\r\n"],
        &["data: one\r\r"],
    ];
    let rows: Vec<Vec<String>> = scenes
        .into_iter()
        .map(|reads| {
            let ours: Vec<String> =
                reads.iter().map(|read| (*read).to_owned()).collect();
            let shown = reads.iter().map(|read| read.escape_debug().to_string());
            let shown = shown.collect::<Vec<_>>().join(" ┊ ");
            vec![
                shown,
                told(&forgets(reads)),
                told(&waits(reads)),
                told(&ours),
            ]
        })
        .collect();
    let column = |n: usize| rows.iter().map(|row| &row[n][..]).collect::<Vec<_>>();
    assert_eq!(column(1), [r#""one\ntwo""#, r#""one", "two""#, r#""one""#]);
    assert_eq!(column(2), [r#""one\ntwo""#, r#""one\ntwo""#, "nothing yet"]);
    assert_eq!(column(3), [r#""one\ntwo""#, r#""one\ntwo""#, r#""one""#]);
    let columns = ["the reads", "forgets the CR", "waits", "this book's parser"];
    let table = Table {
        caption: "A CR at the end of a read".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows,
        note: "The data of the messages that a script is told; ┊ stands between two reads."
            .to_owned(),
    };
    record_text("a_cr_at_the_end_of_a_read", &table.to_json());
}
