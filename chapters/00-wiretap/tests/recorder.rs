//! The recorder: following it live, and its bounds.

use std::time::Duration;

use tokio::io::{AsyncWriteExt, duplex};
use wiretap::{Part, Recorder, Side, Transcript, harness};

#[test]
fn a_follower_is_woken_for_each_entry() {
    harness::run("a follower", async {
        let recorder = Recorder::new("");
        let follower = tokio::spawn({
            let recorder = recorder.clone();
            async move {
                let (mut seen, mut cursor) = (Vec::new(), 0);
                while seen.len() < 3 {
                    recorder.changed(cursor).await;
                    let (entries, next) = recorder.entries_since(cursor);
                    seen.extend(entries.into_iter().map(|entry| entry.label));
                    cursor = next;
                }
                seen
            }
        });
        for label in ["a", "b", "c"] {
            tokio::time::sleep(Duration::from_secs(1)).await;
            recorder.note(Side::Server, label);
        }
        assert_eq!(follower.await.unwrap(), ["a", "b", "c"]);
    });
}

#[test]
fn old_entries_are_dropped_and_counted() {
    harness::run("a long recording", async {
        let recorder = Recorder::new("");
        for i in 0..10_003 {
            recorder.note(Side::Client, i.to_string());
        }
        let transcript = recorder.transcript();
        assert_eq!((transcript.dropped, transcript.entries.len()), (3, 10_000));
        assert_eq!(transcript.entries[0].label, "3");
        assert!(
            transcript
                .to_string()
                .starts_with("(3 earlier entries are not kept)\n")
        );
        let (entries, cursor) = recorder.entries_since(1);
        assert_eq!(
            (entries.len(), cursor),
            (10_000, 10_003),
            "what is gone is skipped"
        );
        assert_eq!(recorder.entries_since(cursor).0, []);
    });
}

#[test]
fn an_end_may_have_a_name_of_its_own() {
    harness::run("a recording with a proxy", async {
        let recorder = Recorder::new("");
        recorder.note(Side::Server, "hello");
        let usual = recorder.transcript();
        assert_eq!(usual.names.of(Side::Server), "server");
        assert!(!usual.to_json().contains("names"), "as it was before");
        recorder.name(Side::Server, "proxy");
        let transcript = recorder.transcript();
        let names = &transcript.names;
        assert_eq!(names.of(Side::Client), "client");
        assert_eq!(names.of(Side::Server), "proxy");
        assert!(transcript.to_string().starts_with("S is the proxy\n"));
        let read = Transcript::from_json(&transcript.to_json());
        assert_eq!(read.expect("it is written so"), transcript);
        let read = Transcript::from_json(&usual.to_json());
        assert_eq!(read.expect("it is written so"), usual);
    });
}

#[test]
fn connections_are_numbered_in_the_order_of_their_opening() {
    harness::run("three connections", async {
        let recorder = Recorder::new("");
        let mut taps = Vec::new();
        for _ in 0..3 {
            let (io, peer) = duplex(64);
            taps.push((recorder.tap(io, Side::Client), peer));
        }
        taps[2]
            .0
            .write_all(b"GET / HTTP/1.1\r\n\r\n")
            .await
            .unwrap();
        let transcript = recorder.transcript();
        let opened = transcript.entries.iter().filter(|e| e.part == Part::Open);
        assert_eq!(opened.map(|e| e.connection).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(transcript.entries.last().unwrap().connection, 3);
    });
}
