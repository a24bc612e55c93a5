//! What is told, as server-sent events: chapter 5's blocks.

use std::str;

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use server_sent_events::{Block, EVENT_STREAM, comment};
use tokio::time::{Instant, sleep_until};

use super::limits::LineLimits;
use super::mailbox::{Mailbox, News};
use super::shared::Fetch;

/// So many bytes are handed on at a time, and the rest of the last message.
const PIECE: usize = 16 << 10;

/// The type of the last event. Its data is a [`Closed`](super::mailbox::Closed) as JSON.
const CLOSE: &str = "close";

const HEARTBEAT: &str = "still here";

/// One stream.
struct Events {
    fetch: Fetch,
    limits: LineLimits,
    has_begun: bool,
    is_over: bool,
    /// When it ends.
    end: Instant,
}

/// What comes next.
enum Next {
    News(News),
    /// The client is to come back, or has done so already.
    End,
}

/// A stream of what is told after the cursor of `fetch`.
pub(super) fn answer(fetch: Fetch, limits: LineLimits) -> Response {
    let fields = [
        (header::CONTENT_TYPE.as_str(), EVENT_STREAM),
        (header::CACHE_CONTROL.as_str(), "no-store"),
        // For nginx, as in chapter 4.
        ("x-accel-buffering", "no"),
    ];
    (fields, Body::from_stream(pieces(fetch, limits))).into_response()
}

fn pieces(
    fetch: Fetch,
    limits: LineLimits,
) -> impl Stream<Item = Result<Bytes, std::convert::Infallible>> {
    let events = Events {
        fetch,
        has_begun: false,
        is_over: false,
        end: Instant::now() + limits.stream,
        limits,
    };
    stream::unfold(events, |mut events| async move {
        let piece = events.piece().await?;
        Some((Ok(piece), events))
    })
}

impl Events {
    async fn piece(&mut self) -> Option<Bytes> {
        if self.is_over {
            return None;
        }
        let mut out = BytesMut::new();
        if !self.has_begun {
            // At once: something on the way may keep an answer that has only begun.
            self.has_begun = true;
            put(Block::new().retry(self.limits.retry), &mut out);
            return Some(out.freeze());
        }
        let silence = Instant::now() + self.limits.heartbeat;
        tokio::select! {
            biased;
            next = self.next() => match next {
                Next::News(news) => self.put_news(news, &mut out),
                Next::End => return None,
            },
            () = sleep_until(self.end) => return None,
            () = sleep_until(silence) => comment(HEARTBEAT, &mut out),
        }
        Some(out.freeze())
    }

    async fn next(&self) -> Next {
        let Fetch {
            shared,
            number,
            cursor,
        } = &self.fetch;
        let look = |mailbox: &mut Mailbox| {
            if mailbox.is_replaced(*number, *cursor) {
                return Some(Next::End);
            }
            if let Some(news) = mailbox.news(*cursor, PIECE) {
                return Some(Next::News(news));
            }
            let ends = mailbox.wants_word() || mailbox.is_over();
            ends.then_some(Next::End)
        };
        shared.until(look).await
    }

    fn put_news(&mut self, news: News, out: &mut BytesMut) {
        for told in news.messages {
            self.fetch.cursor += 1;
            let (id, payload) = (self.fetch.cursor.to_string(), told.payload());
            let text = str::from_utf8(&payload).expect("what is told is text");
            put(Block::new().id(&id).data(text), out);
        }
        if let Some(closed) = news.closed {
            let data = serde_json::to_string(&closed).expect("its keys are text");
            put(Block::new().event_type(CLOSE).data(&data), out);
            self.is_over = true;
        }
    }
}

fn put(block: Block<'_>, out: &mut BytesMut) {
    let encoded = block.encode(out);
    encoded.expect("a number has no line end, and data may have any");
}
