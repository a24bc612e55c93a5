//! Every answer of the server, and the rules they keep.

use std::num::NonZeroUsize;

use raw_http::{Client, Config, Request, Response};
use short_polling::{Board, MAX_TEXT, Page, Refusal, SharedBoard, answer, serve};
use wiretap::{Link, Recorder, Side, harness};

/// A board that keeps two events, after three.
fn board() -> SharedBoard {
    let board = SharedBoard::new(Board::new(NonZeroUsize::new(2).expect("not 0")));
    for text in ["one", "two", "three"] {
        board.append(text);
    }
    board
}

fn ask(request: Request) -> Response {
    answer(&board(), &request)
}

fn get(target: &str) -> Response {
    ask(Request::get(target))
}

fn body(response: &Response) -> &str {
    std::str::from_utf8(&response.body).expect("every body here is text")
}

fn field<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.get(name)
}

/// The sentence of a refusal, whose body must be JSON.
fn refusal(response: &Response) -> String {
    let refusal: Refusal = serde_json::from_slice(&response.body).expect("a refusal");
    refusal.error
}

#[test]
fn events_after_a_cursor() {
    let response = get("/events?after=2");
    assert_eq!(response.status, 200);
    assert_eq!(field(&response, "Content-Type"), Some("application/json"));
    assert_eq!(
        body(&response),
        r#"{"events":[{"seq":3,"text":"three"}],"next":3}"#
    );
}

#[test]
fn rfc9111_5_2_2_5_events_are_not_stored() {
    for target in ["/events?after=2", "/events", "/events?after=9", "/nothing"] {
        assert_eq!(
            field(&get(target), "Cache-Control"),
            Some("no-store"),
            "{target}"
        );
    }
}

#[test]
fn a_gap_is_said() {
    assert_eq!(
        body(&get("/events?after=0")),
        r#"{"gap":{"first":1,"last":1},"events":[{"seq":2,"text":"two"},{"seq":3,"text":"three"}],"next":3}"#
    );
}

#[test]
fn without_a_cursor_everything_kept_and_no_gap() {
    let response = get("/events");
    let page: Page = serde_json::from_slice(&response.body).expect("a page");
    assert_eq!(page, board().snapshot());
    assert_eq!(page.gap, None);
}

#[test]
fn a_cursor_from_the_future_is_400_and_says_where_the_board_is() {
    let response = get("/events?after=4");
    assert_eq!(response.status, 400);
    assert_eq!(
        body(&response),
        r#"{"error":"the cursor 4 is from the future: the last event is 3","last":3}"#
    );
}

#[test]
fn a_cursor_that_is_no_number_is_400() {
    // The last one is 2⁶⁴.
    let values = [
        "",
        "x",
        "-1",
        "+1",
        "%2B1",
        "1.0",
        "0x1",
        "18446744073709551616",
    ];
    for value in values {
        let response = get(&format!("/events?after={value}"));
        assert_eq!(response.status, 400, "{value}");
        assert!(
            refusal(&response).contains("`after` is the number"),
            "{value}"
        );
    }
    let twice = get("/events?after=1&after=2");
    assert_eq!(twice.status, 400);
    assert_eq!(
        refusal(&twice),
        "`after` stands in the query more than once"
    );
}

#[test]
fn a_query_may_be_encoded_and_have_other_names() {
    for target in [
        "/events?x=1&after=2",
        "/events?%61fter=%32",
        "/events?after=02",
    ] {
        assert_eq!(get(target), get("/events?after=2"), "{target}");
    }
}

#[test]
fn rfc9110_8_8_3_the_board_has_a_strong_tag_that_changes_with_it() {
    let board = board();
    let get = || answer(&board, &Request::get("/board"));
    let before = get();
    assert_eq!(field(&before, "ETag"), Some("\"3\""));
    assert_eq!(field(&before, "Cache-Control"), Some("no-cache"));
    assert_eq!(before, get());
    board.append("four");
    assert_eq!(field(&get(), "ETag"), Some("\"4\""));
}

fn conditional(value: &str) -> Response {
    ask(Request::get("/board").header("If-None-Match", value))
}

#[test]
fn rfc9110_13_1_2_if_none_match() {
    for known in [r#""3""#, r#"W/"3""#, r#""1", "3""#, "*"] {
        assert_eq!(conditional(known).status, 304, "{known}");
    }
    for unknown in [r#""2""#, r#""1", "2""#, "3", ""] {
        assert_eq!(conditional(unknown).status, 200, "{unknown}");
    }
    let two_fields = Request::get("/board")
        .header("If-None-Match", r#""1""#)
        .header("If-None-Match", r#""3""#);
    assert_eq!(ask(two_fields).status, 304);
}

#[test]
fn rfc9110_15_4_5_a_304_has_the_fields_of_the_200_and_no_body() {
    let (not_modified, full) = (conditional("\"3\""), get("/board"));
    for name in ["ETag", "Cache-Control"] {
        assert!(field(&full, name).is_some(), "{name}");
        assert_eq!(field(&not_modified, name), field(&full, name), "{name}");
    }
    assert_eq!(not_modified.body, "");
    assert_eq!(field(&not_modified, "Content-Type"), None);
}

#[test]
fn rfc9110_15_3_2_a_post_publishes() {
    let board = board();
    let post = |text: &'static str| answer(&board, &Request::post("/events", text));
    let response = post("für alle");
    assert_eq!((response.status, body(&response)), (201, r#"{"seq":4}"#));
    assert_eq!(board.since(3).expect("there").events[0].text, "für alle");
    // An empty text is an event too.
    assert_eq!(body(&post("")), r#"{"seq":5}"#);
}

#[test]
fn rfc9110_15_5_14_a_text_that_is_too_long_is_413() {
    let board = board();
    let post = |length| answer(&board, &Request::post("/events", vec![b'a'; length]));
    assert_eq!(post(MAX_TEXT).status, 201);
    let response = post(MAX_TEXT + 1);
    assert_eq!(response.status, 413);
    assert_eq!(
        refusal(&response),
        "the text of an event has at most 4096 bytes"
    );
    assert_eq!(board.last(), 4);
}

#[test]
fn a_text_that_is_not_utf_8_is_400_and_publishes_nothing() {
    let board = board();
    let request = Request::post("/events", &b"caf\xe9"[..]);
    let response = answer(&board, &request);
    assert_eq!(response.status, 400);
    assert_eq!(refusal(&response), "the text is not UTF-8: see its byte 3");
    assert_eq!(board.last(), 3);
}

#[test]
fn rfc9110_15_5_6_a_405_says_what_is_allowed() {
    for (method, target, allow) in [
        ("PUT", "/events", "GET, HEAD, POST"),
        ("DELETE", "/events?after=1", "GET, HEAD, POST"),
        ("POST", "/board", "GET, HEAD"),
        // Methods are case-sensitive (RFC 9110 §9.1).
        ("get", "/board", "GET, HEAD"),
    ] {
        let response = ask(Request::new(method, target));
        assert_eq!(response.status, 405, "{method} {target}");
        assert_eq!(field(&response, "Allow"), Some(allow), "{method} {target}");
    }
}

#[test]
fn rfc9110_15_5_5_anything_else_is_404_and_says_what_there_is() {
    for target in ["/", "/event", "/events/", "/board/1", "/?after=1"] {
        let response = get(target);
        assert_eq!(response.status, 404, "{target}");
        assert!(
            refusal(&response).contains("GET /events?after=N"),
            "{target}"
        );
    }
}

#[test]
fn rfc9112_3_2_2_the_absolute_form_reaches_the_same_resource() {
    let absolute = get("http://board.test/events?after=2");
    assert_eq!(absolute, get("/events?after=2"));
}

#[test]
fn rfc9110_9_3_2_head_has_the_head_of_get_and_no_body() {
    for target in ["/events?after=2", "/board", "/events?after=4", "/nothing"] {
        let heads = harness::run("HEAD and GET over the link", async move {
            let recorder = Recorder::new("HEAD and GET");
            let (dialer, listener) = Link::new().network(&recorder);
            let forever = std::future::pending();
            tokio::spawn(serve(listener, board(), Config::default(), forever));
            let mut client = Client::new(dialer, "board.test");
            let head = client.send(Request::new("HEAD", target)).await;
            let get = client.send(Request::get(target)).await;
            let (head, get) = (head.expect("an answer"), get.expect("an answer"));
            assert_eq!((head.status, &head.body[..]), (get.status, &b""[..]));
            assert!(!get.body.is_empty(), "{target}");
            let transcript = recorder.transcript();
            let heads = transcript.entries.into_iter().filter(|entry| {
                entry.from == Side::Server && entry.label.starts_with("HTTP/1.1")
            });
            heads.map(|entry| entry.content.lines).collect::<Vec<_>>()
        });
        // Content-Length included: HEAD says how long the body would be.
        assert_eq!(heads.len(), 2, "{target}");
        assert_eq!(heads[0], heads[1], "{target}");
    }
}
