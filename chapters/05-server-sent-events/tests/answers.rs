//! What a reader makes of an answer: when it comes back, and when it does not.

mod road;

use std::time::Duration;

use road::Road;
use server_sent_events::{
    EventSource, Failure, Interruption, Limits, Notice, Options, ParseError,
};
use wiretap::harness;

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

/// What a reader tells of a connection that gets this answer, up to the first notice that
/// is neither `Open` nor a message.
fn told_of(answer: impl AsRef<[u8]>) -> (Vec<String>, Notice) {
    told_with(Options::default(), answer)
}

fn told_with(options: Options, answer: impl AsRef<[u8]>) -> (Vec<String>, Notice) {
    let answer = answer.as_ref().to_vec();
    harness::run("an answer", async move {
        let road = Road::new();
        road.next_gets(answer);
        let mut reader = EventSource::new(road, "board.test", "/stream", options);
        let mut told = Vec::new();
        loop {
            match reader.next().await.expect("a notice") {
                Notice::Open => told.push("open".to_owned()),
                Notice::Message(message) => told.push(message.data),
                last => {
                    if matches!(last, Notice::Failed(_)) {
                        assert!(reader.next().await.is_none(), "for good");
                        assert!(reader.next().await.is_none(), "for good");
                    }
                    return (told, last);
                }
            }
        }
    })
}

#[test]
fn html_9_2_3_any_status_but_200_is_the_end() {
    for status in [
        101, 201, 204, 206, 301, 304, 307, 400, 401, 404, 500, 502, 503,
    ] {
        // Even with the right type, and with a message in it.
        let answer = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n"
        );
        let (told, last) = told_of(answer);
        assert_eq!(told, [""; 0], "{status}");
        assert!(
            matches!(last, Notice::Failed(Failure::Status(s)) if s == status),
            "{status}: {last:?}"
        );
    }
}

#[test]
fn html_9_2_3_another_content_type_is_the_end() {
    let last_of = |field: &str| told_of(format!("HTTP/1.1 200 OK\r\n{field}\r\n")).1;
    for wrong in [
        "text/plain",
        "text/event-streams",
        "text/event-stream-x; a=b",
        "application/json",
        "",
    ] {
        let last = last_of(&format!("Content-Type: {wrong}\r\n"));
        let Notice::Failed(Failure::ContentType(Some(found))) = last else {
            panic!("{wrong:?}: {last:?}");
        };
        assert_eq!(found, wrong);
    }
    let last = last_of("");
    assert!(matches!(last, Notice::Failed(Failure::ContentType(None))));
    for right in [
        "text/event-stream",
        "Text/Event-Stream",
        "text/event-stream;charset=utf-8",
        "text/event-stream ; charset=latin-1",
    ] {
        let last = last_of(&format!("Content-Type: {right}\r\n"));
        assert!(
            matches!(last, Notice::Interrupted { .. }),
            "{right}: {last:?}"
        );
    }
}

#[test]
fn html_9_2_3_the_end_of_the_stream_reconnects() {
    let (told, last) = told_of(format!("{HEAD}data: a\n\ndata: b\n"));
    assert_eq!(told, ["open", "a"]);
    let Notice::Interrupted { why, wait } = last else {
        panic!("{last:?}");
    };
    assert!(matches!(why, Interruption::Ended), "{why:?}");
    assert_eq!(wait, Duration::from_secs(3));
}

#[test]
fn html_9_2_3_a_network_error_reconnects() {
    let interrupted = |answer: &str| match told_of(answer).1 {
        Notice::Interrupted { why, .. } => why.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        interrupted(""),
        "the connection failed: unexpected end of file"
    );
    assert_eq!(
        interrupted("HTTP/1.1 2"),
        "the connection failed: unexpected end of file"
    );
    assert!(interrupted("SSH-2.0\r\n\r\n").starts_with("an answer with "));
    let chunked = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                   Transfer-Encoding: chunked\r\n\r\n";
    interrupted(chunked);
    interrupted(&format!("{chunked}5\r\ndata"));
    interrupted(&format!("{chunked}nonsense\r\n"));
    interrupted(&format!("{chunked}0\r\n\r\n"));
    interrupted(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\n",
    );
}

#[test]
fn an_interim_answer_is_skipped() {
    let (told, _) =
        told_of(format!("HTTP/1.1 103 Early Hints\r\n\r\n{HEAD}data: a\n\n"));
    assert_eq!(told, ["open", "a"]);
}

#[test]
fn a_stream_over_the_limits_is_the_end() {
    let options = Options {
        limits: Limits {
            line_bytes: 100,
            data_bytes: 20,
        },
        ..Options::default()
    };
    let long = "a".repeat(30);
    let (told, last) = told_with(options, format!("{HEAD}data: a\n\ndata: {long}\n\n"));
    assert_eq!(told, ["open", "a"]);
    let Notice::Failed(Failure::TooLong(error)) = last else {
        panic!("{last:?}");
    };
    assert_eq!(error, ParseError::DataTooLong(20));
}
