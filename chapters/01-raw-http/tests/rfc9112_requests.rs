//! What a server takes and what it refuses: RFC 9112, section by section, each at every
//! point where a read may end.

mod common;

use common::{at_every_split, decode, refusal, request};
use raw_http::{HeadScan, Limits, RequestHead, Version};

const TAKEN: Option<u16> = None;
const BAD_REQUEST: Option<u16> = Some(400);

#[test]
fn rfc9112_2_1_a_request_is_a_start_line_and_fields_and_an_empty_line() {
    let request = request("GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept:  */*\t\r\n\r\n");
    assert_eq!(request.method, "GET");
    assert_eq!(request.target, "/a?b=c");
    assert_eq!(request.path_and_query(), ("/a", Some("b=c")));
    assert_eq!(request.version, Version::Http11);
    let fields: Vec<_> = request.headers.iter().collect();
    assert_eq!(fields, [("Host", "x"), ("Accept", "*/*")]);
    assert_eq!(request.body, "");
}

#[test]
fn rfc9112_2_1_two_requests_may_arrive_in_one_read() {
    let bytes = b"POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello\
                  GET /2 HTTP/1.1\r\nHost: x\r\n\r\n";
    let outcome = at_every_split(&Limits::default(), bytes);
    assert_eq!(outcome.mistake, None);
    let summary: Vec<_> = outcome
        .requests
        .iter()
        .map(|request| (request.target.as_str(), &request.body[..]))
        .collect();
    assert_eq!(summary, [("/1", &b"hello"[..]), ("/2", b"")]);
}

#[test]
fn rfc9112_2_1_an_incomplete_head_consumes_nothing() {
    let bytes = b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET";
    let mut scan = HeadScan::new(&Limits::default());
    for end in 0..bytes.len() - 3 {
        assert_eq!(RequestHead::parse(&bytes[..end], &mut scan), Ok(None));
    }
    let (head, length) = RequestHead::parse(bytes, &mut scan).unwrap().unwrap();
    assert_eq!((head.target.as_str(), length), ("/", bytes.len() - 3));
}

#[test]
fn rfc9112_2_2_a_bare_cr_is_400() {
    assert_eq!(refusal("GET / HTTP/1.1\r\nHost: x\ry\r\n\r\n"), BAD_REQUEST);
    assert_eq!(refusal("GET / HTTP/1.1\rHost: x\r\n\r\n"), BAD_REQUEST);
    assert_eq!(refusal("GET / HTTP/1.1\r\r\nHost: x\r\n\r\n"), BAD_REQUEST);
}

#[test]
fn rfc9112_2_2_a_bare_lf_is_400() {
    assert_eq!(refusal("GET / HTTP/1.1\nHost: x\n\n"), BAD_REQUEST);
    assert_eq!(refusal("GET / HTTP/1.1\r\nHost: x\n\r\n"), BAD_REQUEST);
}

#[test]
fn rfc9112_2_2_one_leading_empty_line_is_skipped() {
    assert_eq!(refusal("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"), TAKEN);
    assert_eq!(
        refusal("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        BAD_REQUEST
    );
}

#[test]
fn rfc9112_2_2_an_empty_line_after_a_request_is_no_request() {
    let bytes = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx\r\n";
    let outcome = at_every_split(&Limits::default(), bytes);
    assert_eq!((outcome.requests.len(), outcome.mistake), (1, None));
}

#[test]
fn rfc9112_2_3_versions() {
    let with = |version| format!("GET / {version}\r\nHost: x\r\n\r\n");
    assert_eq!(request(&with("HTTP/1.0")).version, Version::Http10);
    assert_eq!(request(&with("HTTP/1.1")).version, Version::Http11);
    // RFC 9110 §2.5: a later minor version is read as the latest known.
    assert_eq!(request(&with("HTTP/1.7")).version, Version::Http11);
    for other in ["HTTP/2.0", "HTTP/0.9", "HTTP/3.0"] {
        assert_eq!(refusal(&with(other)), Some(505), "{other}");
    }
    for malformed in [
        "http/1.1",
        "HTTP/1",
        "HTTP/11",
        "HTTP/1.1.",
        "HTTP/1.10",
        "",
    ] {
        assert_eq!(refusal(&with(malformed)), BAD_REQUEST, "{malformed:?}");
    }
}

#[test]
fn rfc9112_3_the_request_line_has_three_parts_and_two_spaces() {
    let lines = [
        "GET /",
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        " GET / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET /a b HTTP/1.1",
        "GET\t/\tHTTP/1.1",
        "GET / HTTP/1.1 x",
        "(GET) / HTTP/1.1",
        "",
    ];
    for line in lines {
        let bytes = format!("{line}\r\nHost: x\r\n\r\n");
        assert_eq!(refusal(&bytes), BAD_REQUEST, "{line:?}");
    }
}

#[test]
fn rfc9112_3_1_the_method_is_case_sensitive_and_a_token() {
    assert_eq!(request("get / HTTP/1.1\r\nHost: x\r\n\r\n").method, "get");
    let odd = "M-SEARCH! / HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_eq!(request(odd).method, "M-SEARCH!");
}

#[test]
fn rfc9112_3_2_the_four_forms_of_a_target() {
    let line = |line: &str| refusal(&format!("{line} HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_eq!(line("GET /a/b?c"), TAKEN);
    assert_eq!(line("GET http://example.com/a"), TAKEN);
    assert_eq!(line("OPTIONS *"), TAKEN);
    // The fourth form is a tunnel, which this server does not make.
    assert_eq!(line("CONNECT example.com:443"), Some(501));
    assert_eq!(line("GET *"), BAD_REQUEST);
    assert_eq!(line("GET a/b"), BAD_REQUEST);
    assert_eq!(line("GET ://x"), BAD_REQUEST);
    assert_eq!(line("GET /é"), BAD_REQUEST);
}

#[test]
fn rfc9112_3_2_2_the_absolute_form_names_the_same_path() {
    let path = |target: &str| {
        let bytes = format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n");
        let request = request(&bytes);
        let (path, query) = request.path_and_query();
        (path.to_owned(), query.map(str::to_owned))
    };
    assert_eq!(
        path("http://example.com/a?b"),
        ("/a".into(), Some("b".into()))
    );
    assert_eq!(path("http://example.com"), ("/".into(), None));
    assert_eq!(path("http://example.com?b"), ("/".into(), Some("b".into())));
    assert_eq!(
        path("/at?u=http://y/z"),
        ("/at".into(), Some("u=http://y/z".into()))
    );
}

#[test]
fn rfc9112_3_2_host() {
    let with = |fields: &str| refusal(&format!("GET / HTTP/1.1\r\n{fields}\r\n"));
    assert_eq!(with(""), BAD_REQUEST);
    assert_eq!(with("Host: a\r\nHost: a\r\n"), BAD_REQUEST);
    assert_eq!(with("Host: a b\r\n"), BAD_REQUEST);
    assert_eq!(with("Host: user@a\r\n"), BAD_REQUEST);
    assert_eq!(with("hOST: [::1]:3000\r\n"), TAKEN);
    // The authority of the target may be empty, and the field with it.
    assert_eq!(with("Host:\r\n"), TAKEN);
    assert_eq!(refusal("GET / HTTP/1.0\r\n\r\n"), TAKEN);
    assert_eq!(
        refusal("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
        BAD_REQUEST
    );
}

#[test]
fn rfc9112_5_a_field_line_has_a_name_and_a_colon() {
    let with =
        |line: &str| refusal(&format!("GET / HTTP/1.1\r\nHost: x\r\n{line}\r\n\r\n"));
    assert_eq!(with("A:"), TAKEN);
    assert_eq!(with("A:b:c"), TAKEN);
    assert_eq!(with("A"), BAD_REQUEST);
    assert_eq!(with(": b"), BAD_REQUEST);
    assert_eq!(with("A b: c"), BAD_REQUEST);
    assert_eq!(with("A\u{0}: c"), BAD_REQUEST);
    assert_eq!(with("A: c\u{0}"), BAD_REQUEST);
    assert_eq!(with("A: c\u{7f}"), BAD_REQUEST);
    assert_eq!(with("(A): c"), BAD_REQUEST);
}

#[test]
fn rfc9112_5_1_space_before_the_colon_is_400() {
    for line in ["A : b", "A\t: b", "Host : y"] {
        let bytes = format!("GET / HTTP/1.1\r\nHost: x\r\n{line}\r\n\r\n");
        let outcome = at_every_split(&Limits::default(), bytes.as_bytes());
        let (status, text) = outcome.mistake.unwrap();
        assert_eq!(status, 400, "{line:?}");
        assert!(text.contains("before the colon"), "{text}");
    }
}

#[test]
fn rfc9112_5_2_obsolete_line_folding_is_400() {
    let folded = "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n";
    assert_eq!(refusal(folded), BAD_REQUEST);
    assert_eq!(refusal(&folded.replace("\n c", "\n\tc")), BAD_REQUEST);
    // §2.2: nor may white space come between the start line and the first field.
    assert_eq!(refusal("GET / HTTP/1.1\r\n Host: x\r\n\r\n"), BAD_REQUEST);
}

#[test]
fn rfc9110_5_5_a_value_is_text() {
    let outcome = decode(
        &Limits::default(),
        [&b"GET / HTTP/1.1\r\nHost: x\r\nA: caf\xe9\r\n\r\n"[..]],
    );
    assert_eq!(outcome.mistake.unwrap().0, 400);
    let accent = "GET / HTTP/1.1\r\nHost: x\r\nA: café\r\n\r\n";
    assert_eq!(request(accent).headers.get("a"), Some("café"));
}

#[test]
fn a_tls_hello_is_refused_at_its_first_byte() {
    // What arrives when somebody types https:// where http:// is spoken.
    let hello = [0x16, 0x03, 0x01, 0x02, 0x00];
    let mut scan = HeadScan::new(&Limits::default());
    assert!(RequestHead::parse(&hello[..1], &mut scan).is_err());
}
