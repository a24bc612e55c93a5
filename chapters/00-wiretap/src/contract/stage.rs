//! A board, its server, and the way to it.

use std::future::Future;
use std::io;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout_at};

use super::accounts::{Accounts, text};
use super::{Reader as _, Told, Transport};
use crate::link::{Link, LinkDialer, LinkStream};
use crate::net::Dial;
use crate::recorder::Recorder;
use crate::transcript::Side;

/// How long a reader gets to be told everything, in the link's time.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long it is listened to after that, for what comes again.
const ECHO: Duration = Duration::from_secs(3);
/// Before a reader that failed is asked again.
const AFTER_FAILURE: Duration = Duration::from_millis(10);

/// A way to a server, which may lead elsewhere from one connection to the next.
#[derive(Debug, Clone)]
pub struct Road {
    way: Arc<Mutex<Way>>,
}

#[derive(Debug, Default)]
struct Way {
    /// All but the last are used once.
    destinations: Vec<LinkDialer>,
    dialed: u64,
}

impl Road {
    fn new() -> Self {
        Self {
            way: Arc::default(),
        }
    }

    /// How often somebody tried to connect.
    pub(super) fn dialed(&self) -> u64 {
        self.lock().dialed
    }

    fn lead_to(&self, destinations: Vec<LinkDialer>) {
        self.lock().destinations = destinations;
    }

    fn lock(&self) -> MutexGuard<'_, Way> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dial for Road {
    type Io = LinkStream;

    /// # Errors
    ///
    /// `ConnectionRefused` while there is no server.
    async fn dial(&self) -> io::Result<LinkStream> {
        let dialer = {
            let mut way = self.lock();
            way.dialed += 1;
            match way.destinations.len() {
                0 => return Err(io::ErrorKind::ConnectionRefused.into()),
                1 => way.destinations[0].clone(),
                _ => way.destinations.remove(0),
            }
        };
        dialer.dial().await
    }
}

/// Resolves when the suite wants a server to stop.
#[derive(Debug)]
pub struct Shutdown(oneshot::Receiver<()>);

impl Future for Shutdown {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.is_terminated() {
            return Poll::Pending;
        }
        match Pin::new(&mut self.0).poll(cx) {
            Poll::Ready(Ok(())) => Poll::Ready(()),
            // Nobody is left who could tell: the server ends with the scenario.
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

/// A server that runs.
pub(super) struct Server {
    pub(super) dialer: LinkDialer,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Stops it as an operator would, and waits until it has ended.
    pub(super) async fn stop(self) {
        // A server that has ended by itself hears nothing.
        let _ = self.stop.send(());
        // Its panic is reported by the harness.
        let _ = self.task.await;
    }

    /// Kills it.
    pub(super) async fn crash(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

/// A board and the way to its servers.
pub(super) struct Stage<T: Transport> {
    pub(super) transport: Arc<T>,
    pub(super) board: T::Board,
    pub(super) road: Road,
    pub(super) recorder: Recorder,
}

impl<T: Transport> Stage<T> {
    /// A board that keeps more than any run has, and no server yet.
    pub(super) fn new(transport: &Arc<T>) -> Self {
        Self::keeping(transport, 10_000)
    }

    pub(super) fn keeping(transport: &Arc<T>, kept: usize) -> Self {
        Self {
            transport: Arc::clone(transport),
            board: transport.board(0, capacity(kept)),
            road: Road::new(),
            recorder: Recorder::new(transport.name()),
        }
    }

    /// A stage with one server, at the end of this link.
    pub(super) fn open(transport: &Arc<T>, link: &Link) -> Self {
        let stage = Self::new(transport);
        stage.serve_at(&[], link);
        stage
    }

    /// Starts a server, to which all roads lead: the first connections over the `first`
    /// links, all later ones over `then`.
    pub(super) fn serve_at(&self, first: &[Link], then: &Link) -> Vec<Server> {
        let links = first.iter().chain([then]);
        let servers: Vec<_> = links.map(|link| self.serve(link)).collect();
        let dialers = servers.iter().map(|server| server.dialer.clone());
        self.road.lead_to(dialers.collect());
        servers
    }

    fn serve(&self, link: &Link) -> Server {
        let (dialer, listener) = link.network(&self.recorder);
        let (stop, stopped) = oneshot::channel();
        let (transport, board) = (Arc::clone(&self.transport), self.board.clone());
        let task = tokio::spawn(async move {
            transport.serve(listener, board, Shutdown(stopped)).await;
        });
        Server { dialer, stop, task }
    }

    pub(super) fn reader(&self, cursor: u64) -> T::Reader {
        self.transport.reader(self.road.clone(), cursor)
    }

    /// Lets the event with this number happen.
    pub(super) fn append(&self, seq: u64) {
        let got = self.transport.append(&self.board, text(seq));
        assert_eq!(got, seq, "the board counts its events");
        self.recorder.published(seq);
    }
}

pub(super) fn capacity(kept: usize) -> NonZeroUsize {
    NonZeroUsize::new(kept).expect("a board keeps something")
}

/// Listens until every event up to `last` is accounted for, and a little longer; or until
/// patience is at its end.
pub(super) async fn listen<T: Transport>(
    reader: &mut T::Reader,
    accounts: &mut Accounts,
    last: u64,
) {
    let end = Instant::now() + PATIENCE;
    while !accounts.is_complete(last)
        && let Ok(told) = timeout_at(end, next::<T>(reader)).await
    {
        accounts.enter(&told);
    }
    listen_for::<T>(reader, accounts, ECHO).await;
}

/// Listens for as long.
pub(super) async fn listen_for<T: Transport>(
    reader: &mut T::Reader,
    accounts: &mut Accounts,
    time: Duration,
) {
    let end = Instant::now() + time;
    while let Ok(told) = timeout_at(end, next::<T>(reader)).await {
        accounts.enter(&told);
    }
}

/// What is told next; a failure takes a moment, so that time passes whatever happens.
pub(super) async fn next<T: Transport>(reader: &mut T::Reader) -> Told {
    let told = reader.next().await;
    if told == Told::Failed {
        sleep(AFTER_FAILURE).await;
    }
    told
}

/// The bytes that one side has sent over the first connection.
pub(super) fn sent_by(recorder: &Recorder, side: Side) -> u64 {
    let transcript = recorder.transcript();
    let of_it = |entry: &&crate::Entry| entry.connection == 1 && entry.from == side;
    let entries = transcript.entries.iter().filter(of_it);
    entries.map(|entry| entry.length).sum()
}
