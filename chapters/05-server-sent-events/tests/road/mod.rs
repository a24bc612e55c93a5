//! A way to a server that may lead elsewhere from one connection to the next.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::VecDeque;
use std::io;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use long_polling::WaitingBoard;
use raw_http::Config;
use server_sent_events::{EventSource, Events, Notice, Options, Streams, serve};
use short_polling::Board;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use wiretap::{Dial, Link, LinkDialer, LinkStream, Listen as _, Recorder};

pub(crate) const RTT: Duration = Duration::from_millis(100);

/// The events of an empty board that keeps so many.
pub(crate) fn events(kept: usize) -> Events {
    following(0, kept)
}

/// The events of a board that begins after another.
pub(crate) fn following(last: u64, kept: usize) -> Events {
    let kept = NonZeroUsize::new(kept).expect("a capacity is not 0");
    let board = WaitingBoard::new(Board::following(last, kept).into(), 0);
    Events::new(board, Streams::default())
}

/// Dials the first of its destinations; all but the last are used once.
#[derive(Debug, Clone)]
pub(crate) struct Road {
    link: Link,
    recorder: Recorder,
    destinations: Arc<Mutex<VecDeque<LinkDialer>>>,
}

impl Road {
    /// A road that leads nowhere yet.
    pub(crate) fn new() -> Self {
        Self::recorded(Link::new().rtt(RTT), &Recorder::new("a road"))
    }

    pub(crate) fn recorded(link: Link, recorder: &Recorder) -> Self {
        Self {
            link,
            recorder: recorder.clone(),
            destinations: Arc::default(),
        }
    }

    /// What passed.
    pub(crate) fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// Serves `events` at the end of the road, until the sender is dropped.
    pub(crate) fn open(&self, events: &Events) -> oneshot::Sender<()> {
        let (dialer, stop) = self.serve(&self.link, events);
        *self.lock() = VecDeque::from([dialer]);
        stop
    }

    /// Leads to another server and to no other.
    pub(crate) fn lead_to(&self, dialer: LinkDialer) {
        *self.lock() = VecDeque::from([dialer]);
    }

    /// The next connection leads to another server.
    pub(crate) fn lead_first_to(&self, dialer: LinkDialer) {
        self.put_in_front(dialer);
    }

    /// The next connection goes over another link to a server of the same events.
    pub(crate) fn next_over(&self, link: &Link, events: &Events) {
        let (dialer, stop) = self.serve(link, events);
        // This server runs as long as the scenario.
        std::mem::forget(stop);
        self.put_in_front(dialer);
    }

    /// The next connection gets these bytes for an answer, and the end.
    pub(crate) fn next_gets(&self, answer: impl AsRef<[u8]>) {
        let answer = answer.as_ref().to_vec();
        let (dialer, mut listener) = self.link.network(&self.recorder);
        tokio::spawn(async move {
            let mut io = listener.accept().await.expect("somebody comes");
            let mut head = vec![0; 4096];
            let read = io.read(&mut head).await.expect("a request");
            assert!(read > 0, "a request comes before its answer");
            io.write_all(&answer).await.expect("the client listens");
        });
        self.put_in_front(dialer);
    }

    /// Leads to a server of an empty board, after what it leads to already.
    pub(crate) fn open_later(&self) -> oneshot::Sender<()> {
        let (dialer, stop) = self.serve(&self.link, &events(10));
        self.lock().push_back(dialer);
        stop
    }

    /// The next connection is accepted, and nothing is ever said on it.
    pub(crate) fn next_never_answers(&self) {
        let (dialer, mut listener) = self.link.network(&self.recorder);
        tokio::spawn(async move {
            let _io = listener.accept().await.expect("somebody comes");
            std::future::pending::<()>().await;
        });
        self.put_in_front(dialer);
    }

    /// What comes before the destinations that are there.
    fn put_in_front(&self, dialer: LinkDialer) {
        let mut destinations = self.lock();
        let last = destinations.pop_back();
        destinations.push_back(dialer);
        destinations.extend(last);
    }

    fn serve(&self, link: &Link, events: &Events) -> (LinkDialer, oneshot::Sender<()>) {
        let (dialer, listener) = link.network(&self.recorder);
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { drop(stopped.await) };
        tokio::spawn(serve(listener, events.clone(), Config::default(), shutdown));
        (dialer, stop)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<LinkDialer>> {
        self.destinations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dial for Road {
    type Io = LinkStream;

    async fn dial(&self) -> io::Result<LinkStream> {
        let dialer = {
            let mut destinations = self.lock();
            match destinations.len() {
                0 => return Err(io::ErrorKind::ConnectionRefused.into()),
                1 => destinations[0].clone(),
                _ => destinations.pop_front().expect("not empty"),
            }
        };
        dialer.dial().await
    }
}

/// A reader from the beginning of a board.
pub(crate) fn reader(road: &Road) -> EventSource<Road> {
    EventSource::new(
        road.clone(),
        "board.test",
        "/stream?after=0",
        Options::default(),
    )
}

/// The ids and the data of the next messages, up to the id `last`. Interruptions are
/// passed over; a failure is a surprise.
pub(crate) async fn told_until(
    reader: &mut EventSource<Road>,
    last: u64,
) -> Vec<(u64, String)> {
    let mut told = Vec::new();
    while told.last().is_none_or(|(id, _)| *id < last) {
        match reader.next().await.expect("no failure") {
            Notice::Message(message) => {
                let id = message.last_event_id.parse().expect("a number");
                told.push((id, message.data));
            }
            Notice::Open | Notice::Interrupted { .. } => {}
            Notice::Failed(failure) => panic!("{failure}"),
        }
    }
    told
}
