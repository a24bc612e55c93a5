//! One running lab: its port, its server, its recording, and when it ends.

use std::future::{Future, pending};
use std::io;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use raw_http::{Config, Handler, serve};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use wiretap::Recorder;

use super::Bounds;
use super::backpressure_lab::Shown;
use super::bucket::Bucket;
use super::chapter::{Chapter, Target};
use super::cut::Scissors;
use super::forward::{Forward, MyServer};
use super::guard::{Guard, Rules};
use super::stage::Stage;
use super::status::{Ended, Status};
use super::{long_polling_lab, raw_http_lab};

/// How long the last answers of a lab may take when it ends.
const DRAIN: Duration = Duration::from_secs(1);

/// A lab that is running.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) target: Target,
    /// Where the page's script sends its requests.
    pub(crate) base: String,
    pub(crate) recorder: Recorder,
    pub(crate) rules: Arc<Rules>,
    pub(crate) my_server: MyServer,
    pub(crate) stage: Stage,
    /// Reaches the connections of a lab that goes on when they are cut.
    pub(crate) scissors: Scissors,
    /// Allows so many connections that are written by hand.
    pub(crate) by_hand: Semaphore,
    pub(crate) status: watch::Sender<Status>,
    /// How many pages follow it.
    pub(crate) followers: watch::Sender<usize>,
    ending: CancellationToken,
    bounds: Bounds,
}

/// Why a lab cannot start.
#[derive(Debug)]
pub(crate) enum StartError {
    /// So many run already.
    TooMany(usize),
    /// The reader's server does not listen; the text says how to start it.
    NotRunning(String),
    /// No port.
    Io(io::Error),
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Session {
    /// Opens a lab's port. The future that comes with it is its server: the lab runs as
    /// long as that is polled, and has drained when it is done.
    pub(crate) async fn open(
        chapter: Chapter,
        target: Target,
        page_origin: String,
        bounds: Bounds,
        ending: CancellationToken,
    ) -> Result<(Arc<Self>, impl Future<Output = ()> + Send + 'static), StartError>
    {
        let my_server = MyServer::new(chapter, bounds.first_exercise_port);
        if target == Target::Mine && !my_server.is_running().await {
            return Err(StartError::NotRunning(my_server.how_to_start()));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let host = listener.local_addr()?.to_string();
        let rate = Bucket::new(bounds.requests_per_second, bounds.burst);
        let session = Arc::new(Self {
            id: format!("{:016x}", fastrand::u64(..)),
            target,
            base: format!("http://{host}"),
            recorder: Recorder::new("live"),
            rules: Arc::new(Rules::new(host, page_origin, rate)),
            my_server,
            stage: Stage::of(chapter)?,
            scissors: Scissors::default(),
            by_hand: Semaphore::new(bounds.connections),
            status: watch::Sender::default(),
            followers: watch::Sender::new(0),
            ending,
            bounds,
        });
        let server = Arc::clone(&session).run(listener);
        Ok((session, server))
    }

    /// Ends the lab.
    pub(crate) fn stop(&self) {
        self.ending.cancel();
    }

    /// Waits until the lab ends.
    pub(crate) async fn ended(&self) {
        self.ending.cancelled().await;
    }

    pub(crate) fn most_connections(&self) -> usize {
        self.bounds.connections
    }

    /// Marks that one page more follows this lab, for as long as the guard lives.
    pub(crate) fn follow(self: &Arc<Self>) -> Follower {
        self.followers.send_modify(|count| *count += 1);
        Follower(Arc::clone(self))
    }

    async fn run(self: Arc<Self>, listener: TcpListener) {
        tokio::join!(self.serve(listener), async {
            let ended = self.keep().await;
            self.ending.cancel();
            self.status.send_modify(|s| s.ended = Some(ended));
        });
    }

    /// The chapter's own `serve`, tapped; or the reader's server, tapped on the way to it.
    async fn serve(&self, listener: TcpListener) {
        match &self.stage {
            Stage::RawHttp => self.answer(listener, raw_http_lab::answer).await,
            Stage::ShortPolling(board) => {
                let handler = short_polling::handler(board.clone());
                self.answer(listener, handler).await;
            }
            Stage::LongPolling(board) => {
                let handler = long_polling_lab::handler(board, &self.ending);
                self.answer(listener, handler).await;
            }
            Stage::HttpStreaming(stage) => self.serve_behind(listener, stage).await,
            Stage::ServerSentEvents(events) => {
                self.serve_streams(listener, events).await;
            }
            Stage::Handshake(stage) => self.serve_handshakes(listener, stage).await,
            Stage::Frames(arrived) => self.serve_frames(listener, arrived).await,
            // Its client and server are in memory, one pair for each try.
            Stage::Messages => self.ending.cancelled().await,
            Stage::Connection(connections) => {
                self.serve_connections(listener, connections).await;
            }
            Stage::Chat(chat) => self.serve_chat(listener, chat).await,
            Stage::Backpressure(room) => self.serve_slow_room(listener, room).await,
            Stage::History(rooms) => self.serve_rooms(listener, rooms).await,
            Stage::Gatekeeping(door) => self.serve_door(listener, door).await,
        }
    }

    /// A request is answered, by the chapter's handler or by the reader's server.
    async fn answer<H: Handler>(&self, listener: TcpListener, handler: H) {
        match self.target {
            Target::Mine => {
                let (recorder, rules) =
                    (self.recorder.clone(), Arc::clone(&self.rules));
                let forward = Forward::new(self.my_server, recorder, rules);
                self.serve_with(listener, forward).await;
            }
            Target::Chapter => {
                let tapped = self.recorder.tap_listener(listener);
                self.serve_with(tapped, handler).await;
            }
        }
    }

    /// The same for answers that go on and on.
    pub(crate) async fn stream_with<L: wiretap::Listen, H: http_streaming::Handler>(
        &self,
        listener: L,
        handler: H,
    ) {
        let guarded = Guard::new(Arc::clone(&self.rules), handler);
        let ending = self.ending.cancelled();
        http_streaming::serve(listener, guarded, self.config(), ending).await;
    }

    async fn serve_with<L: wiretap::Listen, H: Handler>(
        &self,
        listener: L,
        handler: H,
    ) {
        let guarded = Guard::new(Arc::clone(&self.rules), handler);
        serve(listener, guarded, self.config(), self.ending.cancelled()).await;
    }

    fn config(&self) -> Config {
        Config {
            max_connections: self.bounds.connections,
            drain_deadline: DRAIN,
            ..Config::default()
        }
    }

    /// Counts what is recorded, and looks at what is shown, until there is a reason to end.
    async fn keep(&self) -> Ended {
        let mut out_of_time = pin!(sleep(self.bounds.running_time));
        let mut unattended = pin!(self.unattended());
        let mut shown = self.stage.shown();
        let mut cursor = 0;
        loop {
            tokio::select! {
                biased;
                () = self.ending.cancelled() => return Ended::Stopped,
                () = &mut out_of_time => return Ended::Time(self.bounds.running_time),
                () = &mut unattended => return Ended::Unattended,
                () = self.recorder.changed(cursor) => {}
                () = changed(&mut shown) => {}
            }
            let shows = shown.as_ref().map(|shown| shown.borrow().clone());
            let (entries, next) = self.recorder.entries_since(cursor);
            cursor = next;
            self.status.send_modify(|status| {
                status.cursor = next;
                status.tally.add(entries);
                if status.shown != shows {
                    status.shown = shows;
                    status.shows += 1;
                }
            });
        }
    }

    /// Waits until no page has followed for as long as a lab runs on alone.
    async fn unattended(&self) {
        let mut followers = self.followers.subscribe();
        loop {
            let alone = async { followers.wait_for(|count| *count > 0).await.is_ok() };
            if timeout(self.bounds.unattended, alone).await.is_err() {
                return;
            }
            if followers.wait_for(|count| *count == 0).await.is_err() {
                // The sender lives in `self`.
                pending::<()>().await;
            }
        }
    }
}

/// Waits until something else is to be shown.
async fn changed(shown: &mut Option<watch::Receiver<Shown>>) {
    // The sender lives as long as the session.
    if let Some(shown) = shown
        && shown.changed().await.is_ok()
    {
        return;
    }
    pending().await
}

/// One page that follows a lab.
#[derive(Debug)]
pub(crate) struct Follower(pub(crate) Arc<Session>);

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.followers.send_modify(|count| *count -= 1);
    }
}
