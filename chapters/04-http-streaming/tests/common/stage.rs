//! A board at one end of a link, served by hand or with hyper.
#![allow(dead_code, reason = "each test target uses its part of it")]

use std::future::Future;
use std::num::NonZeroUsize;
use std::time::Duration;

use http_streaming::{EventStream, Handler, Message, handler, serve, with_hyper};
use long_polling::WaitingBoard;
use raw_http::Config;
use short_polling::Board;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wiretap::{Dial as _, Link, LinkDialer, LinkStream, Recorder, harness};

pub(crate) const RTT: Duration = Duration::from_millis(100);
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(15);
pub(crate) const SILENCE: Duration = Duration::from_secs(40);
/// How many events the board keeps.
pub(crate) const KEPT: usize = 100;

/// Whose HTTP a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Http {
    ByHand,
    Hyper,
}

/// Runs a scenario with each of the servers.
pub(crate) fn with_both<Run>(what: &str, scenario: impl Fn(Http) -> Run)
where
    Run: Future<Output = ()> + Send + 'static,
{
    for http in [Http::ByHand, Http::Hyper] {
        harness::run(&format!("{what}, {http:?}"), scenario(http));
    }
}

/// A server and its board.
pub(crate) struct Stage {
    pub(crate) board: WaitingBoard,
    pub(crate) dialer: LinkDialer,
    pub(crate) recorder: Recorder,
    stop: Option<oneshot::Sender<()>>,
    pub(crate) task: JoinHandle<()>,
}

pub(crate) fn board(kept: usize) -> WaitingBoard {
    let kept = NonZeroUsize::new(kept).expect("a capacity is not 0");
    WaitingBoard::new(Board::new(kept).into(), 0)
}

impl Stage {
    /// The chapter's board on a link with a round trip of 100 ms.
    pub(crate) fn set(http: Http) -> Self {
        Self::on(Link::new().rtt(RTT), http, Config::default())
    }

    pub(crate) fn on(link: Link, http: Http, config: Config) -> Self {
        let board = board(KEPT);
        let handler = handler(board.clone(), KEEP_ALIVE);
        Self::serving(link, http, config, board, handler)
    }

    pub(crate) fn serving(
        link: Link,
        http: Http,
        config: Config,
        board: WaitingBoard,
        handler: impl Handler,
    ) -> Self {
        let recorder = Recorder::new("a stream");
        let (dialer, listener) = link.network(&recorder);
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let task = match http {
            Http::ByHand => tokio::spawn(serve(listener, handler, config, stopped)),
            Http::Hyper => {
                tokio::spawn(with_hyper::serve(listener, handler, config, stopped))
            }
        };
        Self {
            board,
            dialer,
            recorder,
            stop: Some(stop),
            task,
        }
    }

    /// Says that the server is to stop.
    pub(crate) fn stop(&mut self) {
        self.stop.take();
    }

    /// Follows the board from a cursor on.
    pub(crate) async fn follow(&self, after: u64) -> EventStream<LinkStream> {
        let stream = EventStream::follow(&self.dialer, "x", Some(after), SILENCE);
        stream.await.expect("a stream")
    }

    /// Opens a connection and sends these bytes on it.
    pub(crate) async fn say(&self, bytes: &str) -> LinkStream {
        let mut io = self.dialer.dial().await.expect("the server listens");
        io.write_all(bytes.as_bytes()).await.expect("it is open");
        io
    }
}

/// The number of the event that comes next.
pub(crate) async fn event(stream: &mut EventStream<LinkStream>) -> u64 {
    match stream.next().await {
        Ok(Some(Message::Event(event))) => event.seq,
        surprise => panic!("an event was to come, and not {surprise:?}"),
    }
}

/// What comes up to and with `end`.
pub(crate) async fn hear_until(io: &mut LinkStream, end: &str) -> String {
    let mut heard = Vec::new();
    while !heard.ends_with(end.as_bytes()) {
        match io.read_u8().await {
            Ok(byte) => heard.push(byte),
            Err(error) => {
                let last = &heard[heard.len().saturating_sub(200)..];
                panic!("{error} after {:?}", String::from_utf8_lossy(last));
            }
        }
    }
    String::from_utf8(heard).expect("UTF-8")
}

/// Everything up to the end of the stream.
pub(crate) async fn hear_all(io: &mut LinkStream) -> String {
    let mut heard = String::new();
    io.read_to_string(&mut heard)
        .await
        .expect("it ends in peace");
    heard
}
