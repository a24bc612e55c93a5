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
    harness::run(title, async move {
        let recorder = Recorder::new(title);
        let start = Instant::now();
        let events = events();
        let reader = reader(stage(&recorder, &events));
        let publishing = recorder.clone();
        let happen = async move {
            for (after, text) in [(1400, "kick-off"), (700, "1:0\na header")] {
                sleep(Duration::from_millis(after)).await;
                publishing.published(events.board().append(text));
            }
        };
        tokio::spawn(happen);
        read(reader, &recorder, start + Duration::from_secs(18)).await;
        recorder.transcript()
    })
}

/// The server is replaced by another one with the same board, and an event happens
/// meanwhile.
pub fn a_restart() -> Transcript {
    let title = "A restart, and an event that nobody was there to tell";
    harness::run(title, async move {
        let recorder = Recorder::new(title);
        let start = Instant::now();
        let events = events();
        let dialer = Successors {
            first: stage_until(&recorder, &events, sleep(Duration::from_millis(1000))),
            second: stage(&recorder, &events),
            dialed: AtomicBool::new(false),
        };
        let publishing = recorder.clone();
        let happen = async move {
            for (after, text) in [(400, "kick-off"), (1300, "1:0")] {
                sleep(Duration::from_millis(after)).await;
                publishing.published(events.board().append(text));
            }
        };
        tokio::spawn(happen);
        read(reader(dialer), &recorder, start + Duration::from_secs(5)).await;
        recorder.transcript()
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
    harness::run(title, async move {
        let recorder = Recorder::new(title);
        let start = Instant::now();
        let events = events();
        let reader = reader(stage(&recorder, &events));
        let publishing = recorder.clone();
        let happen = async move {
            sleep(Duration::from_millis(1400)).await;
            publishing.published(events.board().append("final whistle"));
            events.end();
        };
        tokio::spawn(happen);
        read(reader, &recorder, start + Duration::from_secs(60)).await;
        recorder.transcript()
    })
}
