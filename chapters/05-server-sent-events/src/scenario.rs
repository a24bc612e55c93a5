//! A stream of events, played over a simulated link: what the page's figures show.

use std::future::Future;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use long_polling::WaitingBoard;
use raw_http::Config;
use short_polling::Board;
use tokio::time::{Instant, sleep, sleep_until};
use wiretap::{
    Dial, Link, LinkDialer, LinkStream, Recorder, Side, Transcript, harness,
};

use crate::client::{EventSource, Notice, Options};
use crate::events::{Events, Streams};
use crate::server::serve;

/// The round-trip time of the link.
pub const RTT: Duration = Duration::from_millis(100);
/// How many events the board keeps: more than there are.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(2000).expect("2000 is not 0");

/// The events of an empty board.
fn events() -> Events {
    Events::new(
        WaitingBoard::new(Board::new(CAPACITY).into(), 0),
        Streams::default(),
    )
}

/// Serves `events` at one end of a link and gives the way to it.
fn stage(recorder: &Recorder, events: &Events) -> LinkDialer {
    // The server ends with the scenario's runtime.
    stage_until(recorder, events, std::future::pending())
}

fn stage_until(
    recorder: &Recorder,
    events: &Events,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> LinkDialer {
    let (dialer, listener) = Link::new().rtt(RTT).network(recorder);
    let config = Config::default();
    tokio::spawn(serve(listener, events.clone(), config, shutdown));
    dialer
}

fn reader<D: Dial>(dialer: D) -> EventSource<D> {
    let target = "/stream?after=0";
    EventSource::new(dialer, "board.test", target, Options::default())
}

/// Reads until `end`, or until the reader has given up, and marks what it is told.
async fn read<D: Dial>(mut reader: EventSource<D>, recorder: &Recorder, end: Instant) {
    loop {
        let notice = tokio::select! {
            biased;
            () = sleep_until(end) => return,
            notice = reader.next() => notice,
        };
        match notice {
            Some(Notice::Message(message)) => {
                recorder.delivered(&message.last_event_id);
            }
            Some(Notice::Interrupted { why, wait }) => {
                let wait = wait.as_millis();
                recorder.note(Side::Client, format!("{why}: again in {wait} ms"));
            }
            Some(Notice::Failed(failure)) => {
                recorder.note(Side::Client, failure.to_string());
            }
            Some(Notice::Open) => {}
            None => return,
        }
    }
}

/// Two events, and then nothing for longer than a heartbeat waits.
pub fn a_stream() -> Transcript {
    let title = "A stream: two events and a heartbeat";
    play(title, 18, stage, |recorder, events| async move {
        publish(&recorder, &events, 1400, "kick-off").await;
        publish(&recorder, &events, 700, "1:0\na header").await;
    })
}

/// The server is replaced by another one with the same board, and an event happens
/// meanwhile.
pub fn a_restart() -> Transcript {
    let title = "A restart, and an event that nobody was there to tell";
    let stage = |recorder: &Recorder, events: &Events| Successors {
        first: stage_until(recorder, events, sleep(Duration::from_millis(1000))),
        second: stage(recorder, events),
        dialed: AtomicBool::new(false),
    };
    play(title, 5, stage, |recorder, events| async move {
        publish(&recorder, &events, 400, "kick-off").await;
        publish(&recorder, &events, 1300, "1:0").await;
    })
}

/// Dials one server the first time, and its successor from then on.
struct Successors {
    first: LinkDialer,
    second: LinkDialer,
    dialed: AtomicBool,
}

impl Dial for Successors {
    type Io = LinkStream;

    async fn dial(&self) -> io::Result<LinkStream> {
        match self.dialed.swap(true, Ordering::Relaxed) {
            false => self.first.dial().await,
            true => self.second.dial().await,
        }
    }
}

/// The last event, the end, and the 204 that keeps the reader away.
pub fn the_stop() -> Transcript {
    let title = "The end, and how a reader learns that it is one";
    play(title, 60, stage, |recorder, events| async move {
        publish(&recorder, &events, 1400, "final whistle").await;
        events.end();
    })
}

/// Lets an event happen after so many milliseconds.
async fn publish(recorder: &Recorder, events: &Events, millis: u64, text: &str) {
    sleep(Duration::from_millis(millis)).await;
    recorder.published(events.board().append(text));
}

/// Reads for so many seconds what the stage serves, while something happens.
fn play<D: Dial, Fut>(
    title: &'static str,
    seconds: u64,
    stage: impl FnOnce(&Recorder, &Events) -> D + Send + 'static,
    happen: impl FnOnce(Recorder, Events) -> Fut + Send + 'static,
) -> Transcript
where
    Fut: Future<Output = ()> + Send + 'static,
{
    harness::run(title, async move {
        let recorder = Recorder::new(title);
        let end = Instant::now() + Duration::from_secs(seconds);
        let events = events();
        let reader = reader(stage(&recorder, &events));
        tokio::spawn(happen(recorder.clone(), events));
        read(reader, &recorder, end).await;
        recorder.transcript()
    })
}
