//! Where a body ends: RFC 9112 §6, in both roles, at every point where a read may end.

mod common;

use common::{answer, at_every_split, refusal, request};
use raw_http::{
    Framing, FramingError, Headers, Limits, Message, ResponseError, Version,
};

fn post(fields: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\nhello")
}

#[test]
fn rfc9112_6_2_the_body_has_the_declared_length() {
    let request = request(&post("Content-Length: 5\r\n"));
    assert_eq!(request.body, "hello");
}

#[test]
fn rfc9112_6_3_a_request_without_length_has_no_body() {
    let bytes = b"POST / HTTP/1.1\r\nHost: x\r\n\r\n";
    let outcome = at_every_split(&Limits::default(), bytes);
    assert_eq!(outcome.requests[0].body, "");
}

#[test]
fn rfc9112_6_3_conflicting_lengths_are_400() {
    let repeated = "Content-Length: 5\r\nContent-Length: 6\r\n";
    assert_eq!(refusal(&post(repeated)), Some(400));
    assert_eq!(refusal(&post("Content-Length: 5, 6\r\n")), Some(400));
}

#[test]
fn rfc9112_6_3_a_repeated_length_is_one_length() {
    let repeated = "Content-Length: 5\r\ncontent-length: 5\r\n";
    assert_eq!(request(&post(repeated)).body, "hello");
    assert_eq!(request(&post("Content-Length: 5, 5\r\n")).body, "hello");
}

#[test]
fn rfc9110_8_6_a_length_is_digits() {
    for value in ["+5", "-5", "5x", "0x5", "", "5,", "5.0", "5 5", "\u{0665}"] {
        let bytes = post(&format!("Content-Length: {value}\r\n"));
        assert_eq!(refusal(&bytes), Some(400), "{value:?}");
    }
}

#[test]
fn rfc9110_15_5_14_a_body_over_the_limit_is_413() {
    // The second and the third do not fit into 64 bits: neither panics nor wraps around.
    for value in [
        "1048577",
        "18446744073709551616",
        "99999999999999999999999999",
    ] {
        let bytes = post(&format!("Content-Length: {value}\r\n"));
        assert_eq!(refusal(&bytes), Some(413), "{value}");
    }
}

#[test]
fn rfc9112_6_1_length_and_encoding_together_are_400() {
    let both = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n";
    assert_eq!(refusal(&post(both)), Some(400));
    let reversed = "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n";
    assert_eq!(refusal(&post(reversed)), Some(400));
}

#[test]
fn rfc9112_6_1_encoding_in_http_1_0_is_400() {
    let bytes = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(refusal(bytes), Some(400));
}

#[test]
fn rfc9112_6_3_a_last_coding_other_than_chunked_is_400() {
    for value in [
        "gzip",
        "chunked, gzip",
        "identity",
        "chunked;q=1",
        "",
        "xchunked",
    ] {
        let bytes = post(&format!("Transfer-Encoding: {value}\r\n"));
        assert_eq!(refusal(&bytes), Some(400), "{value:?}");
    }
    // §6.1: never more than once.
    let twice = "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n";
    assert_eq!(refusal(&post(twice)), Some(400));
}

#[test]
fn rfc9112_6_1_a_coding_that_is_not_known_is_501() {
    assert_eq!(
        refusal(&post("Transfer-Encoding: gzip, chunked\r\n")),
        Some(501)
    );
}

#[test]
fn rfc9112_7_1_chunks_are_501_until_chapter_4() {
    assert_eq!(refusal(&post("Transfer-Encoding: chunked\r\n")), Some(501));
    assert_eq!(
        refusal(&post("Transfer-Encoding: , Chunked\r\n")),
        Some(501)
    );
}

#[test]
fn rfc9112_8_a_request_cut_off_is_400() {
    assert_eq!(
        refusal("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhel"),
        Some(400)
    );
    assert_eq!(refusal("GET / HT"), Some(400));
    assert_eq!(refusal(""), None);
}

#[test]
fn rfc9112_6_3_a_response_without_length_ends_with_the_connection() {
    let answer = answer("GET", "HTTP/1.1 200 OK\r\n\r\nall of it").unwrap();
    assert_eq!(answer.response.body, "all of it");
    assert!(!answer.keep_alive);
}

#[test]
fn rfc9112_6_3_a_response_cut_off_is_an_error() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel";
    assert_eq!(answer("GET", cut), Err(ResponseError::Incomplete));
    assert_eq!(
        answer("GET", "HTTP/1.1 200 OK\r\n"),
        Err(ResponseError::Incomplete)
    );
    assert_eq!(answer("GET", ""), Err(ResponseError::Missing));
}

#[test]
fn rfc9110_6_4_1_some_responses_have_no_body_whatever_they_say() {
    let with =
        |status: &str| format!("HTTP/1.1 {status} x\r\nContent-Length: 5\r\n\r\n");
    for (method, status) in [("HEAD", "200"), ("GET", "204"), ("GET", "304")] {
        let answer = answer(method, &with(status)).unwrap();
        assert_eq!(answer.response.body, "", "{method} {status}");
        assert!(answer.keep_alive);
    }
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(answer("HEAD", chunked).unwrap().response.body, "");
}

#[test]
fn rfc9110_15_2_interim_responses_are_skipped() {
    let bytes = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n\
                 HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let response = answer("POST", bytes).unwrap().response;
    assert_eq!((response.status, &response.body[..]), (200, &b"ok"[..]));
    assert_eq!(response.headers.get("link"), None);
    let upgrade = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
    assert_eq!(answer("GET", upgrade), Err(ResponseError::Upgrade));
}

#[test]
fn rfc9112_7_1_a_chunked_answer_is_named() {
    let bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    let error = answer("GET", bytes).unwrap_err();
    assert_eq!(error, ResponseError::Chunked);
    assert!(
        error.to_string().contains("Transfer-Encoding: chunked"),
        "{error}"
    );
}

#[test]
fn rfc9112_6_1_a_client_refuses_what_a_server_must_not_send() {
    let old = "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let expected = ResponseError::Framing(FramingError::EncodingInHttp10);
    assert_eq!(answer("GET", old), Err(expected));
    let both =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n";
    let expected = ResponseError::Framing(FramingError::LengthAndEncoding);
    assert_eq!(answer("GET", both), Err(expected));
}

#[test]
fn rfc9112_4_the_status_line() {
    let status = |line: &str| {
        answer("HEAD", &format!("{line}\r\n\r\n")).map(|answer| answer.response.status)
    };
    assert_eq!(status("HTTP/1.1 200 OK"), Ok(200));
    assert_eq!(status("HTTP/1.1 200 Very well indeed"), Ok(200));
    assert_eq!(status("HTTP/1.1 200 "), Ok(200));
    assert_eq!(status("HTTP/1.0 599"), Ok(599));
    for line in [
        "HTTP/1.1 20 OK",
        "HTTP/1.1 2000",
        "HTTP/1.1 +20",
        "HTTP/1.1",
        "200 OK",
    ] {
        assert!(status(line).is_err(), "{line:?}");
    }
    assert!(status("HTTP/2.0 200 OK").is_err());
    assert!(status("\r\nHTTP/1.1 200 OK").is_err());
}

#[test]
fn rfc9112_5_2_a_client_reads_a_fold_as_a_space() {
    let bytes = "HTTP/1.1 200 OK\r\nA: b\r\n \t c\r\nContent-Length: 0\r\n\r\n";
    let response = answer("GET", bytes).unwrap().response;
    assert_eq!(response.headers.get("a"), Some("b c"));
    assert_eq!(response.headers.len(), 2);
}

#[test]
fn rfc9112_9_3_who_keeps_the_connection() {
    let keeps = |version: &str, connection: &str| {
        let bytes = format!("{version} 204 x\r\nConnection: {connection}\r\n\r\n");
        answer("GET", &bytes).unwrap().keep_alive
    };
    assert!(keeps("HTTP/1.1", ""));
    assert!(keeps("HTTP/1.1", "keep-alive"));
    assert!(!keeps("HTTP/1.1", "Close"));
    assert!(!keeps("HTTP/1.1", "keep-alive, close"));
    assert!(keeps("HTTP/1.1", "closed"));
    assert!(!keeps("HTTP/1.0", ""));
    assert!(keeps("HTTP/1.0", "Keep-Alive"));
    assert!(!keeps("HTTP/1.0", "keep-alive, close"));
}

#[test]
fn one_function_decides_for_both_roles() {
    let chunked: Headers = [("Transfer-Encoding", "chunked")].into_iter().collect();
    let response = Message::Response {
        to: "GET",
        status: 200,
    };
    for message in [Message::Request, response] {
        let framing = Framing::of(message, Version::Http11, &chunked);
        assert_eq!(framing, Ok(Framing::Chunked), "{message:?}");
    }
}
