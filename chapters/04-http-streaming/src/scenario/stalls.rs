//! What a reader that stops reading costs the server.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use long_polling::WaitingBoard;
use raw_http::{Config, Headers, Request};
use short_polling::Event;
use short_polling::scenario::{Table, grouped};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{MissedTickBehavior, interval, sleep};
use wiretap::{Dial as _, Link, LinkStream, Recorder, harness};

use super::{LONG, RTT, board};
use crate::chunked::put_chunk;
use crate::events::EventLines;
use crate::ndjson::Message;
use crate::server::{Answer, Source, serve};

/// How often something happens, and how long its text is.
const EVERY: Duration = Duration::from_millis(10);
const TEXT: usize = 1000;

/// What is held for a reader that stalls, with and without a bound.
pub fn stalls() -> Table {
    let columns = [
        "stalls for (s)",
        "events meanwhile",
        "unbounded queue (KiB)",
        "this server (KiB)",
        "then told at once (KiB)",
        "and named as a gap",
    ];
    let rows = [1, 5, 25].map(row).to_vec();
    Table {
        caption: "What a server holds for a reader that stalls".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows,
        note: "100 events a second with a text of 1,000 bytes each, 64 KiB under way on the \
               link, a board that keeps 256 events; after 30 s this server drops the \
               reader. Measured on the simulated link."
            .to_owned(),
    }
}

fn row(seconds: u64) -> Vec<String> {
    // Not at the very instant at which something happens.
    let stall = Duration::from_secs(seconds) + EVERY / 2;
    let queue = harness::run("an unbounded queue", unbounded(stall));
    let Held {
        waiting,
        at_once,
        events,
        gap,
    } = harness::run("a bounded one", ours(stall));
    let kib = |bytes: usize| grouped(bytes.div_ceil(1024) as u64);
    let gap = format!("{} events", grouped(gap));
    vec![
        seconds.to_string(),
        grouped(events),
        kib(queue),
        kib(waiting),
        kib(at_once),
        gap,
    ]
}

/// Lets events happen, for ever.
async fn happen(mut event: impl FnMut()) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        event();
    }
}

/// How many bytes lie in the queue of a server that puts what happens into a queue for
/// each reader, and writes from there, when its reader has stalled for so long.
async fn unbounded(stall: Duration) -> usize {
    let recorder = Recorder::new("an unbounded queue");
    let (_reader, mut writer) = Link::new().rtt(RTT).pair(&recorder);
    let queue = Arc::new(Mutex::new(VecDeque::<Bytes>::new()));
    let lock = |queue: &Mutex<VecDeque<Bytes>>, item: Option<Bytes>| {
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.extend(item);
        queue.iter().map(Bytes::len).sum::<usize>()
    };
    let outbox = Arc::clone(&queue);
    let write = async move {
        loop {
            let next = outbox
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front();
            match next {
                Some(bytes) => writer.write_all(&bytes).await.expect("it is open"),
                None => sleep(EVERY).await,
            }
        }
    };
    let mut seq = 0;
    let publish = happen(|| {
        seq += 1;
        lock(&queue, Some(chunk(seq)));
    });
    tokio::select! {
        biased;
        () = sleep(stall) => {}
        () = write => {}
        () = publish => {}
    }
    lock(&queue, None)
}

/// An event as it goes over the wire.
fn chunk(seq: u64) -> Bytes {
    let text = "x".repeat(TEXT);
    let (mut line, mut chunk) = (Vec::new(), bytes::BytesMut::new());
    Message::Event(Event { seq, text }).put_line(&mut line);
    put_chunk(&line, &mut chunk);
    chunk.freeze()
}

/// What this chapter's server held.
struct Held {
    /// For the reader while it stalled: the piece that was being written.
    waiting: usize,
    /// In the largest piece after that.
    at_once: usize,
    /// How many events happened meanwhile.
    events: u64,
    /// How many of them the reader missed, and was told so.
    gap: u64,
}

/// The board's own source, which tells how long each of its pieces is: nothing asks for
/// the next one while the latest is being written.
struct Weighed {
    lines: EventLines,
    pieces: Arc<Mutex<Vec<usize>>>,
}

impl Source for Weighed {
    async fn next(&mut self) -> Option<Bytes> {
        let piece = self.lines.next().await?;
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.push(piece.len());
        Some(piece)
    }
}

async fn ours(stall: Duration) -> Held {
    let board = board();
    let pieces = Arc::new(Mutex::new(Vec::new()));
    let take = || {
        let mut pieces = pieces.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *pieces)
    };
    let mut io = follow(&board, &pieces).await;
    let publish = happen(|| {
        board.append("x".repeat(TEXT));
    });
    let read = async {
        sleep(stall).await;
        let (waiting, events) = (take().pop(), board.board().last());
        let gap = first_gap(&mut io, &board).await;
        (waiting, events, gap)
    };
    let (waiting, events, gap) = tokio::select! {
        () = publish => unreachable!("events go on happening"),
        held = read => held,
    };
    Held {
        waiting: waiting.expect("a piece is being written"),
        at_once: take().into_iter().max().expect("it reads on"),
        events,
        gap,
    }
}

/// A reader that has asked, and the server that it has asked.
async fn follow(board: &WaitingBoard, pieces: &Arc<Mutex<Vec<usize>>>) -> LinkStream {
    let (board, pieces) = (board.clone(), Arc::clone(pieces));
    let handler = move |_: Request| {
        let source = Weighed {
            lines: EventLines::new(board.clone(), 0, LONG),
            pieces: Arc::clone(&pieces),
        };
        async move { Answer::Stream(Headers::new(), source) }
    };
    let (dialer, listener) = Link::new().rtt(RTT).network(&Recorder::new("a stall"));
    let forever = std::future::pending();
    tokio::spawn(serve(listener, handler, Config::default(), forever));
    let mut io = dialer.dial().await.expect("the server listens");
    let request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    io.write_all(request).await.expect("it is open");
    io
}

/// Reads up to what has happened by now, and gives the number of events in the gap.
async fn first_gap(io: &mut LinkStream, board: &WaitingBoard) -> u64 {
    let last = format!("{{\"seq\":{},", board.board().last());
    let mut heard = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&heard);
        if text.contains(&last) {
            return text.lines().find_map(gap).unwrap_or(0);
        }
        io.read_buf(&mut heard).await.expect("it is open");
    }
}

fn gap(line: &str) -> Option<u64> {
    match Message::parse(line.as_bytes()) {
        Ok(Some(Message::Gap { gap })) => Some(gap.last + 1 - gap.first),
        _ => None,
    }
}
