//! The stream as it is written, and the way back.

mod common;

use std::panic::catch_unwind;
use std::time::Duration;

use axum::response::IntoResponse as _;
use axum::response::sse::{Event, Sse};
use bytes::BytesMut;
use common::parse_pieces;
use proptest::prelude::*;
use proptest::sample::Index;
use server_sent_events::{Block, BlockError, Limits, Message, comment};

fn written(block: &Block<'_>) -> Result<String, BlockError> {
    let mut out = BytesMut::new();
    let outcome = block.encode(&mut out);
    let text = String::from_utf8(out.to_vec()).expect("what is written is text");
    if outcome.is_err() {
        assert_eq!(text, "", "nothing is written with an error");
    }
    outcome.map(|()| text)
}

#[test]
fn html_9_2_5_a_block_is_its_fields_and_a_blank_line() {
    let block = Block::new()
        .event_type("goal")
        .id("7")
        .retry(Duration::from_millis(1500))
        .data("1:0");
    let expected = "retry: 1500\nid: 7\nevent: goal\ndata: 1:0\n\n";
    assert_eq!(written(&block).as_deref(), Ok(expected));
    assert_eq!(written(&Block::new()).as_deref(), Ok("\n"));
}

#[test]
fn html_9_2_5_data_is_split_at_all_three_line_ends() {
    let block = Block::new().data("a\nb\rc\r\nd\n\r");
    let expected = "data: a\ndata: b\ndata: c\ndata: d\ndata: \ndata: \n\n";
    assert_eq!(written(&block).as_deref(), Ok(expected));
}

#[test]
fn html_9_2_5_empty_data_is_written() {
    assert_eq!(written(&Block::new().data("")).as_deref(), Ok("data: \n\n"));
}

#[test]
fn html_9_2_6_a_leading_space_survives() {
    assert_eq!(
        written(&Block::new().data(" a")).as_deref(),
        Ok("data:  a\n\n")
    );
}

#[test]
fn html_9_2_5_a_line_end_in_the_event_type_is_an_error() {
    for bad in ["\n", "a\rb", "a\r\ndata: forged"] {
        let block = Block::new().event_type(bad).data("x");
        assert_eq!(
            written(&block),
            Err(BlockError::NewlineInEventType),
            "{bad:?}"
        );
    }
}

#[test]
fn html_9_2_6_a_line_end_or_nul_in_the_id_is_an_error() {
    for (bad, error) in [
        ("7\n", BlockError::NewlineInId),
        ("\r7", BlockError::NewlineInId),
        ("7\0", BlockError::NulInId),
    ] {
        assert_eq!(written(&Block::new().id(bad)), Err(error), "{bad:?}");
    }
}

#[test]
fn a_comment_of_several_lines_is_several_comments() {
    let mut out = BytesMut::new();
    comment("still\r\nhere", &mut out);
    assert_eq!(out, ": still\n: here\n");
}

/// What axum 0.8.9 does with the same: it is in its documentation, and a surprise when
/// the event type or the id comes from a user.
#[test]
fn peer_axum_0_8_9_panics_where_this_gives_an_error() {
    let cases: [fn() -> Event; 4] = [
        || Event::default().event("a\ndata: forged"),
        || Event::default().id("7\n"),
        || Event::default().id("7\0"),
        || Event::default().comment("a\nb"),
    ];
    for (case, event) in cases.into_iter().enumerate() {
        assert!(catch_unwind(event).is_err(), "case {case}");
    }
}

async fn by_axum(event: Event) -> String {
    let stream = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(event)]);
    let body = Sse::new(stream).into_response().into_body();
    let bytes = axum::body::to_bytes(body, 1000).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// Two differences in what axum 0.8.9 writes. An empty text is no data at all to it, so
/// no reader hears of the event; and a CR LF counts as two line ends.
#[tokio::test]
async fn peer_axum_0_8_9_loses_an_empty_text_and_doubles_a_crlf() {
    assert_eq!(
        by_axum(Event::default().id("7").data("")).await,
        "id: 7\n\n"
    );
    let bytes = by_axum(Event::default().data("a\r\nb")).await;
    let read = parse_pieces(Limits::default(), [bytes.as_bytes()]);
    assert_eq!(read.data(), ["a\n\nb"]);

    let ours = written(&Block::new().data("a\r\nb")).expect("valid");
    let read = parse_pieces(Limits::default(), [ours.as_bytes()]);
    assert_eq!(read.data(), ["a\nb"]);
}

/// Fields of a block that can be written.
#[derive(Debug, Clone)]
struct Fields {
    event_type: Option<String>,
    id: Option<String>,
    retry: Option<u32>,
    data: Option<String>,
    comment: Option<String>,
}

fn fields() -> impl Strategy<Value = Fields> {
    // Mostly the characters that mean something.
    let value = "[ :a\u{feff}\0é🎉]{0,6}";
    let id = "[ :a7é]{0,4}";
    let lines = "[ :\r\na\0é]{0,10}";
    (
        proptest::option::of(value),
        proptest::option::of(id),
        proptest::option::of(any::<u32>()),
        proptest::option::of(lines),
        proptest::option::of(lines),
    )
        .prop_map(|(event_type, id, retry, data, comment)| Fields {
            event_type,
            id,
            retry,
            data,
            comment,
        })
}

/// What a reader must get of all the blocks.
fn expected(blocks: &[Fields]) -> (Vec<Message>, String, Option<Duration>) {
    let (mut messages, mut last_event_id, mut retry) =
        (Vec::new(), String::new(), None);
    for block in blocks {
        last_event_id = block.id.clone().unwrap_or(last_event_id);
        let millis = block.retry.map(u64::from).map(Duration::from_millis);
        retry = millis.or(retry);
        let event_type = block.event_type.clone().filter(|name| !name.is_empty());
        messages.extend(block.data.as_ref().map(|data| Message {
            event_type: event_type.unwrap_or_else(|| "message".to_owned()),
            data: data.replace("\r\n", "\n").replace('\r', "\n"),
            last_event_id: last_event_id.clone(),
        }));
    }
    (messages, last_event_id, retry)
}

fn encode(blocks: &[Fields]) -> BytesMut {
    let mut out = BytesMut::new();
    for fields in blocks {
        if let Some(text) = &fields.comment {
            comment(text, &mut out);
        }
        let mut block = Block::new();
        if let Some(event_type) = &fields.event_type {
            block = block.event_type(event_type);
        }
        if let Some(id) = &fields.id {
            block = block.id(id);
        }
        if let Some(millis) = fields.retry {
            block = block.retry(Duration::from_millis(millis.into()));
        }
        if let Some(data) = &fields.data {
            block = block.data(data);
        }
        block.encode(&mut out).expect("valid fields");
    }
    out
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_however_it_is_cut(
        blocks in proptest::collection::vec(fields(), 0..6),
        cuts in proptest::collection::vec(any::<Index>(), 0..6),
    ) {
        let bytes = encode(&blocks);
        let mut cuts: Vec<usize> =
            cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]);
        let read = parse_pieces(Limits::default(), pieces);
        let (messages, last_event_id, retry) = expected(&blocks);
        prop_assert_eq!(read.messages, messages);
        prop_assert_eq!(read.last_event_id, last_event_id);
        prop_assert_eq!(read.retry, retry);
        prop_assert_eq!(read.error, None);
    }

    #[test]
    fn any_bytes_mean_the_same_however_they_are_cut(
        bytes in "[\r\n :dataeventidretry0\0\u{feff}]{0,40}",
        cut in any::<Index>(),
    ) {
        let bytes = bytes.as_bytes();
        let whole = parse_pieces(Limits::default(), [bytes]);
        let (left, right) = bytes.split_at(cut.index(bytes.len() + 1));
        prop_assert_eq!(parse_pieces(Limits::default(), [left, right]), whole);
    }
}
