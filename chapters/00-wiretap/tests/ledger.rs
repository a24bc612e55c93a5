//! The ledger: what a transcript is counted to have cost.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiretap::{Latency, Ledger, Link, Names, Recorder, Transcript, harness};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Two polls on one connection: the first comes too early, the second brings two events.
fn two_polls() -> Transcript {
    harness::run("two polls", async {
        let recorder = Recorder::new("two polls");
        let link = Link::new().rtt(ms(100));
        let (mut client, mut server) = link.pair(&recorder);
        let mut request = [0; 27];
        for body in ["[]", "[1,2]"] {
            client
                .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                .await
                .unwrap();
            server.read_exact(&mut request).await.unwrap();
            let length = body.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            server.write_all((head + body).as_bytes()).await.unwrap();
            let mut answer = vec![0; 38 + length];
            client.read_exact(&mut answer).await.unwrap();
            if body == "[]" {
                recorder.published(1);
                tokio::time::sleep(ms(300)).await;
                recorder.published(2);
                tokio::time::sleep(ms(600)).await;
            } else {
                recorder.delivered(1);
                recorder.delivered(2);
            }
        }
        recorder.transcript()
    })
}

#[test]
fn every_byte_and_every_event_is_counted() {
    let expected = Ledger {
        connections: 1,
        requests: 2,
        responses: 2,
        empty_answers: 1,
        request_head_bytes: 2 * 27,
        response_head_bytes: 2 * 38,
        payload_bytes: 2 + 5,
        published: 2,
        delivered: 2,
        // Event 1: 900 ms until the next request, and its round trip.
        latency: Some(Latency {
            min_us: 700_000,
            mean_us: 850_000,
            max_us: 1_000_000,
        }),
    };
    let ledger = Ledger::of(&two_polls());
    assert_eq!(ledger, expected);
    assert_eq!(ledger.total_bytes(), 137);
    assert_eq!(ledger.bytes_per_event(), Some(69));
}

#[test]
fn two_runs_give_the_same_bytes() {
    assert_eq!(two_polls().to_json(), two_polls().to_json());
}

#[test]
fn interim_answers_are_no_answers_and_an_event_that_is_repeated_counts_once_for_latency()
 {
    harness::run("an interim answer", async {
        let recorder = Recorder::new("");
        let (mut client, mut server) = Link::new().pair(&recorder);
        client
            .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        let answers =
            b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
        server.write_all(answers).await.unwrap();
        recorder.published("x");
        recorder.delivered("x");
        tokio::time::sleep(ms(5)).await;
        recorder.delivered("x");
        let ledger = Ledger::of(&recorder.transcript());
        assert_eq!((ledger.responses, ledger.empty_answers), (1, 0));
        assert_eq!((ledger.published, ledger.delivered), (1, 2));
        assert_eq!(ledger.latency.unwrap().max_us, 0);
    });
}

#[test]
fn nothing_costs_nothing() {
    let recorder_free = Transcript {
        title: String::new(),
        names: Names::default(),
        entries: Vec::new(),
        dropped: 0,
    };
    let ledger = Ledger::of(&recorder_free);
    assert_eq!(ledger, Ledger::default());
    assert_eq!(ledger.bytes_per_event(), None);
    assert_eq!(Latency::of(&[]), None);
}
