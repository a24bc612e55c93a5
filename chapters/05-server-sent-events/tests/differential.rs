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
use short_polling::scenario::Table;
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

/// What is made of a stream: its messages, or what comes instead of them.
type Made = Result<Vec<Message>, &'static str>;

/// sse-stream gives raw blocks; what a browser does with them is added here.
fn by_sse_stream(stream: &[u8]) -> Made {
    let blocks = block_on(SseByteStream::new(bytes_of(stream)).collect::<Vec<_>>());
    let mut last_event_id = String::new();
    let mut messages = Vec::new();
    for block in blocks {
        let block = block.map_err(|_| "an error")?;
        last_event_id = block.id.unwrap_or(last_event_id);
        let event_type = block.event.filter(|name| !name.is_empty());
        messages.extend(block.data.map(|data| Message {
            event_type: event_type.unwrap_or_else(|| "message".to_owned()),
            data,
            last_event_id: last_event_id.clone(),
        }));
    }
    Ok(messages)
}

fn by_eventsource_stream(stream: &[u8]) -> Made {
    let read = || block_on(bytes_of(stream).eventsource().collect::<Vec<_>>());
    let events = std::panic::catch_unwind(read).map_err(|_| "a panic")?;
    let messages = events.into_iter().map(|event| {
        let event = event.map_err(|_| "an error")?;
        Ok(Message {
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
        prop_assert_eq!(by_sse_stream(stream.as_bytes()), Ok(ours.clone()));
        prop_assert_eq!(by_eventsource_stream(stream.as_bytes()), Ok(ours));
    }
}

/// Streams on which they differ, and the data of the messages that the standard asks for.
const DIFFERENCES: [(&[u8], &[&str]); 6] = [
    // CR alone: eventsource-stream waits to see whether an LF follows, so a message is
    // late by the time to the next one, and the last one never comes.
    (b"data: a\r\rdata: b\r\r", &["a", "b"]),
    (b"data: a\r\n\r", &["a"]),
    // A byte order mark: eventsource-stream skips one byte of the three, and panics.
    (b"\xef\xbb\xbfdata: a\n\n", &["a"]),
    // What is not UTF-8 becomes U+FFFD. sse-stream ends with an error, but not for a
    // comment; eventsource-stream looks at the whole stream.
    (b"data: \xff\n\n", &["\u{fffd}"]),
    (b"id: \xff\ndata: a\n\n", &["a"]),
    (b": \xff\ndata: a\n\n", &["a"]),
];

/// The data of the messages, as a table shows it.
fn shown(made: Made) -> String {
    match made {
        Ok(messages) if messages.is_empty() => "nothing".to_owned(),
        Ok(messages) => {
            let texts = messages.iter().map(|message| format!("{:?}", message.data));
            texts.collect::<Vec<_>>().join(", ")
        }
        Err(instead) => instead.to_owned(),
    }
}

#[test]
fn peer_the_differences() {
    let mut rows = Vec::new();
    for (stream, standard) in DIFFERENCES {
        let (name, ours) = (stream.escape_ascii().to_string(), ours(stream));
        let texts: Vec<&str> = ours.iter().map(|message| &message.data[..]).collect();
        assert_eq!(texts, standard, "{name}");
        let theirs = [by_sse_stream(stream), by_eventsource_stream(stream)];
        assert_ne!(theirs, [Ok(ours.clone()), Ok(ours.clone())], "{name}");
        let [sse_stream, eventsource_stream] = theirs.map(shown);
        rows.push(vec![name, shown(Ok(ours)), sse_stream, eventsource_stream]);
    }
    let columns = [
        "the stream",
        "what the standard asks for",
        "sse-stream 0.3.0",
        "eventsource-stream 0.2.3",
    ];
    let table = Table {
        caption: "Three parsers and the same bytes".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows,
        note:
            "The data of the messages that each of them gives, by a test. This book's \
               parser gives what the standard asks for. Each stream comes byte by byte."
                .to_owned(),
    };
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("differences", table.to_json());
    });
}
