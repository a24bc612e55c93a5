//! The stream as it is read: WHATWG HTML §9.2.5 and §9.2.6, at every point where a read
//! may end.

mod common;

use std::time::Duration;

use common::{data, parse, parse_limited, parse_pieces};
use server_sent_events::{Limits, ParseError, Parser};

#[test]
fn html_9_2_5_one_byte_order_mark_is_stripped() {
    assert_eq!(data("\u{feff}data: a\n\n"), ["a"]);
    // The second one is a part of the first line, whose name nobody knows.
    assert_eq!(data("\u{feff}\u{feff}data: a\n\n"), [""; 0]);
    // Anywhere else it is a character.
    assert_eq!(data("\ndata: a\n\n\u{feff}data: b\n\n"), ["a"]);
    assert_eq!(data("data: \u{feff}a\n\n"), ["\u{feff}a"]);
}

#[test]
fn html_9_2_5_what_is_not_utf_8_becomes_u_fffd() {
    assert_eq!(
        data(b"data: caf\xe9!\n\ndata: \xe2\x82\n\n"),
        ["caf\u{fffd}!", "\u{fffd}"]
    );
    assert_eq!(parse(b"id: \xff\n\n").last_event_id, "\u{fffd}");
}

#[test]
fn html_9_2_5_a_character_may_be_cut_by_a_read() {
    assert_eq!(data("data: für 5 € 🎉\n\n"), ["für 5 € 🎉"]);
}

#[test]
fn html_9_2_5_cr_lf_and_crlf_each_end_a_line() {
    for end in ["\n", "\r", "\r\n"] {
        let stream = format!("data: a{end}data: b{end}{end}data: c{end}{end}");
        assert_eq!(data(stream), ["a\nb", "c"], "{end:?}");
    }
    // Mixed. CR LF CR LF is two line ends, LF CR as well.
    assert_eq!(
        data("data: a\r\n\r\ndata: b\n\rdata: c\r\rdata: d\r\n\n"),
        ["a", "b", "c", "d"]
    );
}

#[test]
fn html_9_2_5_a_crlf_split_over_two_reads_is_one_line_end() {
    let pieces = [&b"data: a\r"[..], b"\ndata: b\r", b"\n\r", b"\n"];
    let outcome = parse_pieces(Limits::default(), pieces);
    assert_eq!(outcome.data(), ["a\nb"]);
}

#[test]
fn html_9_2_6_a_cr_dispatches_at_once() {
    // Whether an LF follows is known only when something follows: a message that waited
    // for it would be late by the time between two events.
    let outcome = parse_pieces(Limits::default(), [&b"data: a\r\r"[..]]);
    assert_eq!(outcome.data(), ["a"]);
    let outcome = parse_pieces(Limits::default(), [&b"data: a\r\n\r"[..]]);
    assert_eq!(outcome.data(), ["a"]);
}

#[test]
fn html_9_2_6_one_space_after_the_colon_is_stripped() {
    assert_eq!(
        data("data:a\n\ndata: a\n\ndata:  a\n\ndata:\ta\n\ndata: a \n\n"),
        ["a", "a", " a", "\ta", "a "]
    );
    assert_eq!(parse("id:  7\n\n").last_event_id, " 7");
}

#[test]
fn html_9_2_6_names_are_case_sensitive_and_exact() {
    assert_eq!(
        data("Data: a\n\nDATA: b\n\n data: c\n\ndata : d\n\ndatas: e\n\n"),
        [""; 0]
    );
    assert_eq!(parse("ID: 7\n\n").last_event_id, "");
    assert_eq!(parse("Retry: 7\n").retry, None);
}

#[test]
fn html_9_2_6_an_unknown_name_is_ignored() {
    assert_eq!(data("fruit: apple\ndata: a\nfruit\n\n"), ["a"]);
}

#[test]
fn html_9_2_6_no_colon_means_an_empty_value() {
    let outcome = parse("event: x\nevent\nid: 7\ndata: a\nid\ndata\n\n");
    let message = &outcome.messages[0];
    assert_eq!(message.event_type, "message");
    assert_eq!(message.data, "a\n");
    assert_eq!(message.last_event_id, "");
}

#[test]
fn html_9_2_6_the_value_is_all_after_the_first_colon() {
    assert_eq!(data("data: a:b: c\n\ndata::\n\n"), ["a:b: c", ":"]);
}

#[test]
fn html_9_2_6_a_leading_colon_is_a_comment() {
    assert_eq!(
        data(": a\ndata: b\n:\n:data: c\n\n:\n\n: heartbeat\n"),
        ["b"]
    );
}

#[test]
fn html_9_2_6_the_last_event_type_counts_and_only_for_its_block() {
    let outcome = parse("event: a\nevent: b\ndata\n\ndata\n\n");
    let types: Vec<&str> = outcome
        .messages
        .iter()
        .map(|message| &message.event_type[..])
        .collect();
    assert_eq!(types, ["b", "message"]);
    // Without data too, a blank line ends the block.
    let outcome = parse("event: a\n\ndata\n\n");
    assert_eq!(outcome.messages[0].event_type, "message");
}

#[test]
fn html_9_2_6_an_id_with_nul_is_ignored() {
    let outcome = parse("id: 7\nid: 8\0\nid:\0\ndata: a\n\n");
    assert_eq!(outcome.messages[0].last_event_id, "7");
}

#[test]
fn html_9_2_6_an_empty_id_clears_it() {
    for empty in ["id\n", "id:\n", "id: \n"] {
        let outcome = parse(format!("id: 7\ndata: a\n\n{empty}data: b\n\n"));
        assert_eq!(outcome.messages[0].last_event_id, "7");
        assert_eq!(outcome.messages[1].last_event_id, "", "{empty:?}");
        assert_eq!(outcome.last_event_id, "", "{empty:?}");
    }
}

#[test]
fn html_9_2_6_an_id_lasts_until_there_is_another() {
    let outcome = parse("id: 7\ndata: a\n\ndata: b\n\nid: 8\ndata: c\n\n");
    let ids: Vec<&str> = outcome
        .messages
        .iter()
        .map(|message| &message.last_event_id[..])
        .collect();
    assert_eq!(ids, ["7", "7", "8"]);
}

#[test]
fn html_9_2_6_the_id_is_committed_at_the_blank_line_even_without_data() {
    assert_eq!(parse("id: 7\ndata: a\n\nid: 8\n").last_event_id, "7");
    let outcome = parse("id: 7\ndata: a\n\nid: 8\n\n");
    assert_eq!(outcome.last_event_id, "8");
    assert_eq!(outcome.data(), ["a"]);
}

#[test]
fn html_9_2_6_a_resumed_stream_begins_with_the_id_it_was_asked_with() {
    let mut parser = Parser::resuming(Limits::default(), "7");
    let mut buffer = "data: a\n\n".into();
    let message = parser.decode(&mut buffer).expect("valid").expect("whole");
    assert_eq!(message.last_event_id, "7");
}

#[test]
fn html_9_2_6_retry_is_ascii_digits_only() {
    let retry = |value: &str| parse(format!("retry: 5\nretry:{value}\n\n")).retry;
    let millis = |n| Some(Duration::from_millis(n));
    assert_eq!(retry("10"), millis(10));
    assert_eq!(retry(" 0010"), millis(10));
    assert_eq!(retry("0"), millis(0));
    // U+0663 is a digit, and not of ASCII.
    for bad in [
        "", " ", "1x", "+1", "-1", "1.5", "1 ", "  1", "0x1", "\u{663}",
    ] {
        assert_eq!(retry(bad), millis(5), "{bad:?}");
    }
    assert_eq!(retry("99999999999999999999"), millis(u64::MAX));
}

#[test]
fn html_9_2_6_retry_counts_at_once_and_is_no_message() {
    let outcome = parse("retry: 5\n");
    assert_eq!(outcome.retry, Some(Duration::from_millis(5)));
    assert_eq!(outcome.messages, []);
}

#[test]
fn html_9_2_6_a_bare_data_line_dispatches_the_empty_string() {
    assert_eq!(data("data\n\ndata:\n\ndata: \n\n"), ["", "", ""]);
    assert_eq!(data("data\ndata\n\n"), ["\n"]);
}

#[test]
fn html_9_2_6_no_data_line_is_no_message() {
    assert_eq!(data("event: a\nid: 7\n\n\n\n\r\r\n"), [""; 0]);
}

#[test]
fn html_9_2_6_an_unfinished_block_is_discarded_at_the_end() {
    assert_eq!(data("data: a\n\ndata: b\n"), ["a"]);
    assert_eq!(data("data: a\n\ndata: b"), ["a"]);
    let outcome = parse("data: a\n\nid: 7\ndata: b\n");
    assert_eq!(outcome.last_event_id, "");
}

#[test]
fn html_9_2_6_the_examples_of_the_standard() {
    let stocks = "data: YHOO\ndata: +2\ndata: 10\n\n";
    assert_eq!(data(stocks), ["YHOO\n+2\n10"]);

    let four_blocks = ": test stream\n\ndata: first event\nid: 1\n\n\
                       data:second event\nid\n\ndata:  third event\n\n";
    let outcome = parse(four_blocks);
    assert_eq!(
        outcome.data(),
        ["first event", "second event", " third event"]
    );
    assert_eq!(outcome.messages[0].last_event_id, "1");
    assert_eq!(outcome.messages[1].last_event_id, "");

    // The last block is not finished by a blank line.
    assert_eq!(data("data\n\ndata\ndata\n\ndata:"), ["", "\n"]);
    assert_eq!(data("data:test\n\ndata: test\n\n"), ["test", "test"]);
}

#[test]
fn a_line_is_bounded() {
    let limits = Limits {
        line_bytes: 8,
        data_bytes: 100,
    };
    assert_eq!(
        parse_limited(limits, "data: 78\r\n\r\n: 345678\n").data(),
        ["78"]
    );
    let too_long = Some(ParseError::LineTooLong(8));
    for line in ["data: 789\n", "data: 789", ": 3456789\n", "123456789"] {
        let outcome = parse_limited(limits, format!("data: a\n\n{line}"));
        assert_eq!((outcome.data(), outcome.error), (vec!["a"], too_long));
    }
    // A byte order mark is no part of the line.
    assert_eq!(parse_limited(limits, "\u{feff}data: 78\n\n").data(), ["78"]);
}

#[test]
fn the_data_of_a_message_is_bounded() {
    let limits = Limits {
        line_bytes: 100,
        data_bytes: 8,
    };
    let outcome = parse_limited(limits, "data: 123\ndata: 567\n\ndata: 1234567\n\n");
    assert_eq!(outcome.data(), ["123\n567", "1234567"]);
    for block in ["data: 12345678\n", "data: 123\ndata: 5678\n"] {
        let outcome = parse_limited(limits, block);
        assert_eq!(outcome.error, Some(ParseError::DataTooLong(8)), "{block:?}");
    }
    // A byte that is not UTF-8 becomes three.
    let outcome = parse_limited(limits, b"data: \xff\xff\xff\n\n");
    assert_eq!(outcome.error, Some(ParseError::DataTooLong(8)));
}

#[test]
fn heartbeats_for_ever_take_no_memory() {
    let mut parser = Parser::new(Limits::default());
    let mut buffer = bytes::BytesMut::new();
    for _ in 0..10_000 {
        buffer.extend_from_slice(b": still here\n\n");
        assert_eq!(parser.decode(&mut buffer), Ok(None));
        assert!(buffer.is_empty());
    }
}
