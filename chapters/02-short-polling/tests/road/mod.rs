//! A way to a server that may lead elsewhere from one connection to the next.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use raw_http::{Client, Config};
use short_polling::{Board, Notice, Pace, Poller, SharedBoard, Variant, serve};
use wiretap::{Dial, Link, LinkDialer, LinkStream, Recorder};

pub(crate) fn capacity(events: usize) -> NonZeroUsize {
    NonZeroUsize::new(events).expect("a capacity is not 0")
}

pub(crate) fn bare_board(events: usize) -> Board {
    Board::new(capacity(events))
}

pub(crate) fn board(events: usize) -> SharedBoard {
    SharedBoard::new(bare_board(events))
}

/// Dials the first of its destinations; all but the last are used once.
#[derive(Debug, Clone)]
pub(crate) struct Road {
    link: Link,
    recorder: Recorder,
    destinations: Arc<Mutex<Vec<LinkDialer>>>,
    dialed: Arc<AtomicU32>,
}

impl Road {
    pub(crate) fn new(link: Link) -> Self {
        Self::recorded(link, &Recorder::new("a road"))
    }

    pub(crate) fn recorded(link: Link, recorder: &Recorder) -> Self {
        Self {
            link,
            recorder: recorder.clone(),
            destinations: Arc::default(),
            dialed: Arc::default(),
        }
    }

    /// How often somebody tried to connect.
    pub(crate) fn dialed(&self) -> u32 {
        self.dialed.load(Ordering::Relaxed)
    }

    /// Serves `board` at the end of the road.
    pub(crate) fn open(&self, board: &SharedBoard) {
        self.lead_to(self.serve(&self.link, board));
    }

    /// Replaces every destination.
    pub(crate) fn lead_to(&self, dialer: LinkDialer) {
        *self.destinations.lock().expect("no panic under it") = vec![dialer];
    }

    /// The first connection goes over another link to a server of the same board.
    pub(crate) fn first_connection(&self, link: Link, board: &SharedBoard) {
        let dialer = self.serve(&link, board);
        let mut destinations = self.destinations.lock().expect("no panic under it");
        destinations.insert(0, dialer);
    }

    fn serve(&self, link: &Link, board: &SharedBoard) -> LinkDialer {
        let (dialer, listener) = link.network(&self.recorder);
        let forever = std::future::pending();
        tokio::spawn(serve(listener, board.clone(), Config::default(), forever));
        dialer
    }
}

impl Dial for Road {
    type Io = LinkStream;

    async fn dial(&self) -> io::Result<LinkStream> {
        self.dialed.fetch_add(1, Ordering::Relaxed);
        let dialer = {
            let mut destinations = self.destinations.lock().expect("no panic under it");
            match destinations.len() {
                0 => return Err(io::ErrorKind::ConnectionRefused.into()),
                1 => destinations[0].clone(),
                _ => destinations.remove(0),
            }
        };
        dialer.dial().await
    }
}

/// A poller with an interval of 1 s and no jitter.
pub(crate) fn poller(road: Road, variant: Variant) -> Poller<Road> {
    let client = Client::new(road, "board.test");
    Poller::new(client, variant, Pace::new(Duration::from_secs(1), 0.0, 0))
}

/// The numbers of the events that are told, up to the event `last`. A failed poll is no
/// event; anything else is a surprise.
pub(crate) async fn events_until(poller: &mut Poller<Road>, last: u64) -> Vec<u64> {
    let mut told = Vec::new();
    while told.last().is_none_or(|seq| *seq < last) {
        told.extend(event(poller.next().await));
    }
    told
}

/// The number of an event that is told; `None` for a failed poll.
pub(crate) fn event(notice: Notice) -> Option<u64> {
    match notice {
        Notice::Event(event) => Some(event.seq),
        Notice::Failed { .. } => None,
        surprise => panic!("{surprise:?}"),
    }
}
