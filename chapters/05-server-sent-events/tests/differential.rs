//! What well-known crates make of the same bytes, and where they differ from WHATWG HTML
//! §9.2: sse-stream 0.3.0 and eventsource-stream 0.2.3.

mod common;

use std::convert::Infallible;

use bytes::Bytes;
use common::parse;
use eventsource_stream::Eventsource as _;
use futures_util::stream::{self, StreamExt as _};
use proptest::prelude::*;
use server_sent_events::Message;
use sse_stream::SseByteStream;

/// Cut into single bytes, so that nobody can rely on a friendly cut.
fn bytes_of(
    stream: &[u8],
) -> impl stream::Stream<Item = Result<Bytes, Infallible>> + Unpin {
    let bytes: Vec<_> = stream
        .iter()
        .map(|byte| Ok(Bytes::copy_from_slice(&[*byte])))
        .collect();
    stream::iter(bytes)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

/// sse-stream gives raw blocks; what a browser does with them is added here. `None` when
/// it refuses the stream.
fn by_sse_stream(stream: &[u8]) -> Option<Vec<Message>> {
    let blocks = block_on(SseByteStream::new(bytes_of(stream)).collect::<Vec<_>>());
    let mut last_event_id = String::new();
    let mut messages = Vec::new();
    for block in blocks {
        let block = block.ok()?;
        last_event_id = block.id.unwrap_or(last_event_id);
        let event_type = block.event.filter(|name| !name.is_empty());
        messages.extend(block.data.map(|data| Message {
            event_type: event_type.unwrap_or_else(|| "message".to_owned()),
            data,
            last_event_id: last_event_id.clone(),
        }));
    }
    Some(messages)
}

fn by_eventsource_stream(stream: &[u8]) -> Option<Vec<Message>> {
    let read = || block_on(bytes_of(stream).eventsource().collect::<Vec<_>>());
    let events = std::panic::catch_unwind(read).ok()?;
    let messages = events.into_iter().map(|event| {
        let event = event.ok()?;
        Some(Message {
            event_type: event.event,
            data: event.data,
            last_event_id: event.id,
        })
    });
    messages.collect()
}

fn ours(stream: &[u8]) -> Vec<Message> {
    parse(stream).messages
}

fn data(messages: Option<Vec<Message>>) -> Option<Vec<String>> {
    let data = |messages: Vec<Message>| messages.into_iter().map(|m| m.data).collect();
    messages.map(data)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whole lines of the fields that there are, with LF or CR LF: where all three agree.
    #[test]
    fn on_ordinary_streams_all_three_agree(
        lines in proptest::collection::vec(
            prop_oneof![
                "(data|event|id|retry|other)(:[ a0é]{0,3})?\n",
                ":[ a]{0,3}\n",
                "\n",
            ],
            0..12,
        ),
        crlf in any::<bool>(),
    ) {
        let stream = lines.concat();
        let stream = if crlf { stream.replace('\n', "\r\n") } else { stream };
        let ours = ours(stream.as_bytes());
        prop_assert_eq!(by_sse_stream(stream.as_bytes()), Some(ours.clone()));
        prop_assert_eq!(by_eventsource_stream(stream.as_bytes()), Some(ours));
    }
}

/// A stream, what the standard asks for, and what each of the two makes of it. `None`: it
/// gives an error, or panics.
type Difference = (
    &'static [u8],
    &'static [&'static str],
    Option<&'static [&'static str]>,
    Option<&'static [&'static str]>,
);

const DIFFERENCES: [Difference; 6] = [
    // CR alone: eventsource-stream waits to see whether an LF follows, so a message is
    // late by the time to the next one, and the last one never comes.
    (
        b"data: a\r\rdata: b\r\r",
        &["a", "b"],
        Some(&["a", "b"]),
        Some(&["a"]),
    ),
    (b"data: a\r\n\r", &["a"], Some(&["a"]), Some(&[])),
    // A byte order mark: eventsource-stream panics, it skips one byte of the three.
    (b"\xef\xbb\xbfdata: a\n\n", &["a"], Some(&["a"]), None),
    // What is not UTF-8 becomes U+FFFD. sse-stream ends with an error, but not for a
    // comment; eventsource-stream looks at the whole stream.
    (b"data: \xff\n\n", &["\u{fffd}"], None, None),
    (b"id: \xff\ndata: a\n\n", &["a"], None, None),
    (b": \xff\ndata: a\n\n", &["a"], Some(&["a"]), None),
];

#[test]
fn peer_the_differences() {
    let owned = |texts: Option<&[&str]>| {
        texts.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect())
    };
    for (stream, standard, sse_stream, eventsource_stream) in DIFFERENCES {
        let shown = stream.escape_ascii();
        assert_eq!(data(Some(ours(stream))), owned(Some(standard)), "{shown}");
        assert_eq!(
            data(by_sse_stream(stream)),
            owned(sse_stream),
            "sse-stream 0.3.0: {shown}"
        );
        assert_eq!(
            data(by_eventsource_stream(stream)),
            owned(eventsource_stream),
            "eventsource-stream 0.2.3: {shown}"
        );
    }
}
