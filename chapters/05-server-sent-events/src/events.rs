//! A board's events as blocks of a stream that can be resumed.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_streaming::Source;
use long_polling::WaitingBoard;
use serde::{Deserialize, Serialize};
use short_polling::Page;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::block::{Block, comment};

/// The type of the message that says which events are no longer kept. Its data is a
/// [`Gap`](short_polling::Gap) as JSON.
pub const GAP: &str = "gap";

/// The type of the message that says that this is another board than the one the reader
/// knows. Its data is a [`Restarted`] as JSON.
pub const RESTARTED: &str = "restarted";

/// The text of a heartbeat, which nobody sees who does not look at the wire.
pub(crate) const HEARTBEAT: &str = "still here";

/// The reader's cursor is ahead of the board: this is another one, after a restart, and
/// all its events are new to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restarted {
    /// The last event that the reader had of the other board.
    pub had: u64,
    /// The last event of this board.
    pub last: u64,
}

/// How streams are told.
#[derive(Debug, Clone)]
pub struct Streams {
    /// How long a reader shall wait before it comes back; told at the beginning of each
    /// stream.
    pub retry: Duration,
    /// After this much silence a comment is told, so that everybody on the way sees that
    /// the connection lives.
    pub heartbeat: Duration,
    /// The most streams at a time. Who comes then is told to come back later.
    pub most: usize,
    /// When those shall come back who find no place.
    pub come_back: Duration,
}

impl Default for Streams {
    /// 2 s; a heartbeat after 15 s, as the standard suggests; 512 streams; 10 s.
    fn default() -> Self {
        Self {
            retry: Duration::from_secs(2),
            heartbeat: Duration::from_secs(15),
            most: 512,
            come_back: Duration::from_secs(10),
        }
    }
}

/// A board, and what its readers are to be told. A clone is another handle on the same.
#[derive(Debug, Clone)]
pub struct Events {
    board: WaitingBoard,
    streams: Streams,
    places: Arc<Semaphore>,
    over: CancellationToken,
}

impl Events {
    /// The events of a board.
    pub fn new(board: WaitingBoard, streams: Streams) -> Self {
        Self {
            board,
            places: Arc::new(Semaphore::new(streams.most)),
            streams,
            over: CancellationToken::new(),
        }
    }

    /// The board.
    pub fn board(&self) -> &WaitingBoard {
        &self.board
    }

    /// How they are told.
    pub fn streams(&self) -> &Streams {
        &self.streams
    }

    /// Says that nothing more will happen. Streams tell what is left and end; who comes
    /// back and has everything gets 204, and stays away for good.
    pub fn end(&self) {
        self.over.cancel();
    }

    /// How many streams are being told.
    pub fn telling(&self) -> usize {
        self.streams.most - self.places.available_permits()
    }

    /// The beginning of a stream that goes on after `asked`; `None` when there is nothing
    /// to tell and never will be. Without a cursor it begins with what is kept.
    pub fn resume(&self, asked: Option<u64>) -> Option<Telling> {
        let cursor = asked.unwrap_or_else(|| {
            let page = self.board.board().snapshot();
            page.events.first().map_or(page.next, |event| event.seq - 1)
        });
        if self.over.is_cancelled() && cursor == self.board.board().last() {
            return None;
        }
        let place = Arc::clone(&self.places).try_acquire_owned().ok();
        let retry = match &place {
            Some(_) => self.streams.retry,
            None => self.streams.come_back,
        };
        Some(Telling {
            board: self.board.clone(),
            over: self.over.clone(),
            cursor,
            retry: Some(retry),
            place,
        })
    }
}

/// Some things that a reader is to be told at once, in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// How long to wait before coming back.
    pub retry: Option<Duration>,
    /// That this is another board.
    pub restarted: Option<Restarted>,
    /// What has happened, and what of it is no longer kept.
    pub page: Option<Page>,
}

/// One reader's place in a board's events. What it holds is a cursor: there is no queue
/// in it, and a reader that is slower than the board forgets is told of a gap.
#[derive(Debug)]
pub struct Telling {
    board: WaitingBoard,
    over: CancellationToken,
    cursor: u64,
    /// To be told first.
    retry: Option<Duration>,
    /// `None` for a reader that is to come back later.
    place: Option<OwnedSemaphorePermit>,
}

impl Telling {
    /// What there is to be told, as soon as there is something; `None` at the end.
    ///
    /// # Cancel safety
    ///
    /// Safe: a future that is dropped has taken nothing.
    pub async fn next(&mut self) -> Option<News> {
        loop {
            let news = self.ready();
            if news != News::default() {
                return Some(news);
            }
            if self.place.is_none() || self.over.is_cancelled() {
                return None;
            }
            tokio::select! {
                _news = self.board.after(self.cursor) => {}
                () = self.over.cancelled() => {}
            }
        }
    }

    /// What there is at this moment.
    fn ready(&mut self) -> News {
        let mut news = News {
            retry: self.retry.take(),
            ..News::default()
        };
        if self.place.is_some() {
            let page = self
                .board
                .board()
                .since(self.cursor)
                .unwrap_or_else(|future| {
                    news.restarted = Some(Restarted {
                        had: future.cursor,
                        last: future.last,
                    });
                    self.board.board().since(0).expect("0 is no future")
                });
            self.cursor = page.next;
            let is_empty = page.events.is_empty() && page.gap.is_none();
            news.page = (!is_empty).then_some(page);
        }
        news
    }
}

/// Tells [`News`] as blocks of an event stream, and a comment when there have been none
/// for a while.
///
/// What has gathered since the piece before is one piece, so it holds no more than a page
/// of the board, and only while that is being written.
#[derive(Debug)]
pub struct EventBlocks {
    telling: Telling,
    heartbeat: Duration,
    /// When the silence has lasted too long.
    due: Instant,
}

impl EventBlocks {
    /// A heartbeat comes after this much silence.
    pub fn new(telling: Telling, heartbeat: Duration) -> Self {
        Self {
            telling,
            heartbeat,
            due: Instant::now() + heartbeat,
        }
    }
}

impl Source for EventBlocks {
    async fn next(&mut self) -> Option<Bytes> {
        let mut out = BytesMut::new();
        match timeout_at(self.due, self.telling.next()).await {
            Ok(news) => put_news(&news?, &mut out),
            Err(_) => comment(HEARTBEAT, &mut out),
        }
        self.due = Instant::now() + self.heartbeat;
        Some(out.freeze())
    }
}

fn put_news(news: &News, out: &mut BytesMut) {
    if let Some(retry) = news.retry {
        put(Block::new().retry(retry), out);
    }
    if let Some(restarted) = news.restarted {
        let data = json(&restarted);
        put(Block::new().event_type(RESTARTED).id("0").data(&data), out);
    }
    let Some(page) = &news.page else {
        return;
    };
    if let Some(gap) = &page.gap {
        let (id, data) = (gap.last.to_string(), json(gap));
        // With an id: a reader that is cut off after it is not told of it again.
        put(Block::new().event_type(GAP).id(&id).data(&data), out);
    }
    for event in &page.events {
        // What a reader sends back in `Last-Event-ID` is a cursor.
        let id = event.seq.to_string();
        put(Block::new().id(&id).data(&event.text), out);
    }
}

fn put(block: Block<'_>, out: &mut BytesMut) {
    let encoded = block.encode(out);
    encoded.expect("a number has no line end, and data may have any");
}

pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("numbers are JSON")
}
