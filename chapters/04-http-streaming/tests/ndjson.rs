//! A chunk is not a message: lines, in whatever pieces they come.

#[path = "common/stage.rs"]
mod stage;

use bytes::{Bytes, BytesMut};
use http_streaming::{
    Answer, BodyError, EventStream, LineDecoder, LineError, Message, Source,
    StreamError,
};
use raw_http::{Config, Headers, Request};
use short_polling::{Event, Gap};
use stage::{Http, RTT, SILENCE, Stage, board};
use wiretap::{Link, LinkStream, harness};

/// The lines of `pieces`, decoded as they would come out of a body.
fn lines<'a>(
    limit: usize,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<Result<Bytes, LineError>> {
    let mut decoder = LineDecoder::new(limit);
    let mut buffer = BytesMut::new();
    let mut lines = Vec::new();
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(line)) => lines.push(Ok(line)),
                Ok(None) => break,
                Err(error) => {
                    lines.push(Err(error));
                    return lines;
                }
            }
        }
    }
    lines
}

#[test]
fn a_line_is_a_line_at_every_split_point() {
    let text = "{\"seq\":1}\n\n{\"text\":\"a\\nü\"}\r\nx\nthe rest".as_bytes();
    let whole = lines(100, [text]);
    let expected = ["{\"seq\":1}", "", "{\"text\":\"a\\nü\"}\r", "x"];
    assert_eq!(whole, expected.map(|line| Ok(line.into())));
    for cut in 0..text.len() {
        let (a, b) = text.split_at(cut);
        assert_eq!(lines(100, [a, b]), whole, "cut after {cut} bytes");
    }
    assert_eq!(lines(100, text.chunks(1)), whole, "byte by byte");
}

#[test]
fn a_line_that_is_too_long_is_refused_before_its_end() {
    let (long, error) = ("1234567890\n12345678901", LineError::TooLong(10));
    let expected = [Ok("1234567890".into()), Err(error)];
    for cut in 0..long.len() {
        let (a, b) = long.as_bytes().split_at(cut);
        assert_eq!(lines(10, [a, b]), expected, "cut after {cut} bytes");
    }
    assert_eq!(lines(10, [&[b'x'; 1 << 20][..]]), [Err(error)]);
}

#[test]
fn a_message_is_what_a_board_says_in_a_line() {
    let event = Event {
        seq: 7,
        text: "a\nb\u{2028}".to_owned(),
    };
    let gap = Gap { first: 1, last: 6 };
    for (message, line) in [
        (
            Message::Event(event),
            "{\"seq\":7,\"text\":\"a\\nb\u{2028}\"}\n",
        ),
        (Message::Gap { gap }, "{\"gap\":{\"first\":1,\"last\":6}}\n"),
    ] {
        let mut out = Vec::new();
        message.put_line(&mut out);
        assert_eq!(String::from_utf8_lossy(&out), line);
        assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert_eq!(
            Message::parse(line.trim_end().as_bytes()),
            Ok(Some(message))
        );
    }
    for empty in ["", " ", "\r"] {
        assert_eq!(Message::parse(empty.as_bytes()), Ok(None), "{empty:?}");
    }
    for other in [
        "{}",
        "1",
        "{\"seq\":1",
        "{\"seq\":-1,\"text\":\"\"}",
        "x",
        "\0",
    ] {
        let mistake = Err(LineError::Malformed);
        assert_eq!(Message::parse(other.as_bytes()), mistake, "{other:?}");
    }
}

/// Pieces that are told one after the other, each in a chunk of its own.
struct Pieces(std::vec::IntoIter<Vec<u8>>);

impl Source for Pieces {
    async fn next(&mut self) -> Option<Bytes> {
        self.0.next().map(Bytes::from)
    }
}

/// What a client makes of a stream that comes in these chunks.
fn told(pieces: Vec<Vec<u8>>) -> Result<Vec<Message>, StreamError> {
    harness::run("a stream in given chunks", async move {
        let handler = move |_: Request| {
            let source = Pieces(pieces.clone().into_iter());
            let fields = Headers::from_iter([("Content-Type", http_streaming::NDJSON)]);
            async move { Answer::Stream(fields, source) }
        };
        let link = Link::new().rtt(RTT);
        let stage =
            Stage::serving(link, Http::ByHand, Config::default(), board(1), handler);
        let mut stream: EventStream<LinkStream> = stage.follow(0).await;
        let mut told = Vec::new();
        while let Some(message) = stream.next().await? {
            told.push(message);
        }
        Ok(told)
    })
}

fn event(seq: u64, text: &str) -> Message {
    let text = text.to_owned();
    Message::Event(Event { seq, text })
}

const LINES: &str = "{\"seq\":1,\"text\":\"one\"}\n\n{\"seq\":2,\"text\":\"zwölf\"}\n";

#[test]
fn a_chunk_boundary_is_not_a_message_boundary() {
    let expected = [event(1, "one"), event(2, "zwölf")];
    let bytes = LINES.as_bytes();
    // Two messages in one chunk, and every message split over two, or over many.
    assert_eq!(told(vec![bytes.to_vec()]).expect("a stream"), expected);
    for cut in 1..bytes.len() {
        let (a, b) = bytes.split_at(cut);
        let told = told(vec![a.to_vec(), b.to_vec()]);
        assert_eq!(told.expect("a stream"), expected, "cut after {cut} bytes");
    }
    let chunks = bytes.chunks(1).map(<[u8]>::to_vec).collect();
    assert_eq!(told(chunks).expect("a stream"), expected);
}

#[test]
fn half_a_line_at_the_end_is_no_message() {
    let half = LINES.as_bytes()[..LINES.len() - 1].to_vec();
    let error = told(vec![half]).expect_err("the last line has no end");
    assert!(
        matches!(error, StreamError::Body(BodyError::Incomplete)),
        "{error:?}"
    );
}

#[test]
fn a_stream_that_is_no_boards_is_refused() {
    let error = told(vec![b"<html>\n".to_vec()]).expect_err("no JSON");
    assert!(
        matches!(error, StreamError::Line(LineError::Malformed)),
        "{error:?}"
    );
    let long = vec![b'x'; EventStream::<LinkStream>::MAX_LINE + 1];
    let error = told(vec![long]).expect_err("too long");
    assert!(
        matches!(error, StreamError::Line(LineError::TooLong(_))),
        "{error:?}"
    );
}

#[test]
fn the_longest_text_of_the_board_fits_into_a_line() {
    harness::run("the longest text", async {
        let stage = Stage::set(Http::ByHand);
        // Each of these control characters is written as `\u0001`: six bytes.
        let text = "\u{1}".repeat(short_polling::MAX_TEXT);
        stage.board.append(text.clone());
        let stream = EventStream::follow(&stage.dialer, "x", Some(0), SILENCE).await;
        let message = stream.expect("a stream").next().await.expect("a message");
        assert_eq!(message, Some(event(1, &text)));
    });
}
