//! The decoder: heads, bodies, chunks and frames, however the stream is cut.

mod conversation;

use conversation::{SWITCHING, UPGRADE, record};
use proptest::prelude::*;
use wiretap::{Form, Part, Side, Transcript};

/// What passed but for openings and ends.
fn parts(transcript: &Transcript) -> Vec<(Part, String, u64)> {
    let entries = transcript.entries.iter();
    entries
        .filter(|e| !matches!(e.part, Part::Open | Part::End))
        .map(|e| (e.part, e.label.clone(), e.length))
        .collect()
}

fn part(part: Part, label: &str, length: u64) -> (Part, String, u64) {
    (part, label.to_owned(), length)
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn a_conversation_is_the_same_at_every_size_of_piece() {
    let client = b"POST /events HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello\
        GET / HTTP/1.1\r\nHost: a\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
    let server = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\
        \r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n\
        HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n";
    let whole = record(client, server, usize::MAX);
    assert_eq!(
        parts(&whole),
        [
            part(Part::RequestHead, "POST /events HTTP/1.1", 53),
            part(Part::Body, "body", 5),
            part(Part::RequestHead, "GET / HTTP/1.1", 27),
            part(Part::RequestHead, "HEAD / HTTP/1.1", 28),
            part(Part::ResponseHead, "HTTP/1.1 100 Continue", 25),
            part(Part::ResponseHead, "HTTP/1.1 201 Created", 43),
            part(Part::ResponseHead, "HTTP/1.1 200 OK", 47),
            part(Part::Chunk, "chunk", 10),
            part(Part::Chunk, "last chunk", 5),
            part(Part::ResponseHead, "HTTP/1.1 200 OK", 39),
        ]
    );
    for size in 1..client.len().max(server.len()) {
        assert_eq!(
            record(client, server, size),
            whole,
            "in pieces of {size} bytes"
        );
    }
}

#[test]
fn rfc9112_6_3_a_response_without_a_length_ends_with_the_stream() {
    let transcript = record(GET, b"HTTP/1.0 200 OK\r\n\r\nall of it", 4);
    assert_eq!(parts(&transcript)[2], part(Part::Body, "body", 9));
}

#[test]
fn rfc9112_6_3_some_responses_have_no_body_whatever_their_head_says() {
    for status in ["204 No Content", "304 Not Modified"] {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: 5\r\n\r\n");
        let twice = head.repeat(2);
        let transcript = record(&GET.repeat(2), twice.as_bytes(), 7);
        let heads = parts(&transcript)
            .iter()
            .filter(|p| p.0 == Part::ResponseHead)
            .count();
        assert_eq!(heads, 2, "{status}");
    }
}

#[test]
fn a_body_that_is_cut_off_says_what_is_missing() {
    let transcript = record(
        GET,
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        100,
    );
    assert_eq!(
        parts(&transcript)[2],
        part(Part::Body, "body, 5 bytes missing", 4)
    );
}

#[test]
fn trailers_belong_to_the_last_chunk() {
    let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\nC: d\r\n\r\n\
        HTTP/1.1 204 No Content\r\n\r\n";
    for size in [1, 2, 3, 1000] {
        let transcript = record(&GET.repeat(2), answer, size);
        let last = &parts(&transcript)[3..];
        assert_eq!(last[0], part(Part::Chunk, "last chunk", 17));
        assert_eq!(last[1].1, "HTTP/1.1 204 No Content");
    }
}

#[test]
fn what_is_not_http_is_shown_as_bytes() {
    let hello = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00];
    let transcript = record(&hello, b"", 3);
    let entry = &transcript.entries[1];
    assert_eq!((entry.part, entry.length), (Part::Bytes, 7));
    assert_eq!(entry.content.form, Form::Hex);
    assert_eq!(entry.content.lines, ["16 03 01 02 00 01 00"]);
}

#[test]
fn half_a_head_is_shown_as_far_as_it_came() {
    let transcript = record(b"GET / HTTP/1.1\r\nHo", b"", 5);
    let entry = &transcript.entries[1];
    assert_eq!(entry.label, "the beginning of a head");
    assert_eq!(entry.content.lines, ["GET / HTTP/1.1\\r\\n", "Ho"]);
}

#[test]
fn a_refused_upgrade_stays_http() {
    let client = [UPGRADE, GET].concat();
    let server = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let transcript = record(&client, server, 1000);
    let labels: Vec<String> = parts(&transcript).into_iter().map(|p| p.1).collect();
    assert!(labels.contains(&"GET / HTTP/1.1".to_owned()), "{labels:?}");
    let is_frame = |entry: &&wiretap::Entry| entry.part == Part::Frame;
    assert_eq!(transcript.entries.iter().find(is_frame), None);
}

#[test]
fn a_long_body_is_abbreviated_in_the_transcript_only() {
    let body = "0123456789".repeat(100_000);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    let transcript = record(GET, (head + &body).as_bytes(), 10_000);
    let entry = transcript
        .entries
        .iter()
        .find(|e| e.part == Part::Body)
        .unwrap();
    assert_eq!(entry.length, 1_000_000);
    assert_eq!(entry.content.omitted, 1_000_000 - 512 - 64);
    let text = transcript.to_string();
    assert!(text.contains("… 999424 bytes not shown …"), "{text}");
    assert!(text.len() < 2_000);
}

#[test]
fn json_and_back() {
    let client = [UPGRADE, &[0x81, 0x80, 1, 2, 3, 4]].concat();
    let transcript = record(&client, SWITCHING, 9);
    let json = transcript.to_json();
    assert_eq!(Transcript::from_json(&json).unwrap(), transcript);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever passes: no panic, and every byte is accounted for.
    #[test]
    fn every_byte_is_in_some_entry(
        client in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n')], 0..200),
        tail in prop::collection::vec(any::<u8>(), 0..200),
        opening in prop::sample::select(vec![&b""[..], GET, UPGRADE]),
        answer in prop::sample::select(vec![
            &b""[..],
            SWITCHING,
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
        ]),
        size in 1usize..50,
    ) {
        let client = [opening, &client].concat();
        let server = [answer, &tail].concat();
        let transcript = record(&client, &server, size);
        let sum = |side| -> u64 {
            transcript.entries.iter().filter(|e| e.from == side).map(|e| e.length).sum()
        };
        prop_assert_eq!(sum(Side::Client), client.len() as u64);
        prop_assert_eq!(sum(Side::Server), server.len() as u64);
    }
}
