//! How long a head may be, and what it costs to look for its end.

mod common;

use common::at_every_split;
use raw_http::{HeadScan, Limits, RequestHead};

#[test]
fn rfc6585_5_a_head_has_a_size_limit() {
    let limits = Limits {
        head_bytes: 64,
        ..Limits::default()
    };
    let head = |padding: usize| {
        format!(
            "GET / HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n",
            "a".repeat(padding)
        )
    };
    let exact = 64 - head(0).len();
    let outcome = at_every_split(&limits, head(exact).as_bytes());
    assert_eq!(outcome.requests.len(), 1);
    let status = |bytes: &str| {
        at_every_split(&limits, bytes.as_bytes())
            .mistake
            .map(|(status, _)| status)
    };
    assert_eq!(status(&head(exact + 1)), Some(431));
    assert_eq!(status(&head(1000)), Some(431));
    // It is refused while it still comes, not when it is complete.
    assert_eq!(status(&head(1000)[..65]), Some(431));
}

#[test]
fn rfc9112_3_a_request_line_that_does_not_end_is_414() {
    let limits = Limits {
        head_bytes: 64,
        ..Limits::default()
    };
    let bytes = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(64));
    let outcome = at_every_split(&limits, bytes.as_bytes());
    assert_eq!(outcome.mistake.unwrap().0, 414);
}

#[test]
fn rfc6585_5_a_head_has_a_limit_of_fields() {
    let limits = Limits {
        header_count: 3,
        ..Limits::default()
    };
    let head = |count: usize| {
        format!(
            "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
            "A: b\r\n".repeat(count - 1)
        )
    };
    let outcome = at_every_split(&limits, head(3).as_bytes());
    assert_eq!((outcome.requests.len(), outcome.mistake), (1, None));
    let outcome = at_every_split(&limits, head(4).as_bytes());
    assert_eq!(outcome.mistake.unwrap().0, 431);
}

#[test]
fn a_head_that_comes_byte_by_byte_is_scanned_once() {
    // A rescan from the beginning at every byte takes 5 × 10¹¹ steps here, which no test
    // deadline survives; a scan that goes on takes 10⁶.
    let limits = Limits {
        head_bytes: 2 << 20,
        ..Limits::default()
    };
    let mut head = b"GET / HTTP/1.1\r\nHost: x\r\nA: ".to_vec();
    head.resize(1 << 20, b'a');
    head.extend_from_slice(b"\r\n\r\n");
    let mut scan = HeadScan::new(&limits);
    let mut length = 0;
    while RequestHead::parse(&head[..length], &mut scan)
        .unwrap()
        .is_none()
    {
        length += 1;
    }
    assert_eq!(length, head.len());
}
