//! A board behind a link, and ways to ask it.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::num::NonZeroUsize;
use std::time::Duration;

use long_polling::{Hold, WaitingBoard, serve};
use raw_http::{Client, ClientError, Config, Request, Response};
use short_polling::{Board, Page};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use wiretap::{Link, LinkDialer, Recorder};

pub(crate) const RTT: Duration = Duration::from_millis(100);
pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn board(kept: usize, most_waiters: usize) -> WaitingBoard {
    let kept = NonZeroUsize::new(kept).expect("a capacity is not 0");
    WaitingBoard::new(Board::new(kept).into(), most_waiters)
}

pub(crate) struct Server {
    pub(crate) dialer: LinkDialer,
    pub(crate) task: JoinHandle<()>,
    /// Dropping it tells the server to stop.
    pub(crate) stop: oneshot::Sender<()>,
}

impl Server {
    /// A server of the board at the other end of a link of 100 ms.
    pub(crate) fn of(board: &WaitingBoard) -> Self {
        Self::recorded(board, &Recorder::new("a server"))
    }

    pub(crate) fn recorded(board: &WaitingBoard, recorder: &Recorder) -> Self {
        let (dialer, listener) = Link::new().rtt(RTT).network(recorder);
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { drop(stopped.await) };
        let (board, hold) = (board.clone(), Hold::default());
        let task =
            tokio::spawn(serve(listener, board, hold, Config::default(), shutdown));
        Self { dialer, task, stop }
    }

    pub(crate) fn client(&self) -> Client<LinkDialer> {
        Client::new(self.dialer.clone(), "board.test")
    }

    /// Asks over a connection of its own, in a task of its own, and says how long the
    /// answer took.
    pub(crate) fn ask(
        &self,
        request: Request,
    ) -> JoinHandle<(Result<Response, ClientError>, Duration)> {
        let mut client = self.client();
        tokio::spawn(async move {
            let start = Instant::now();
            let outcome = client.send(request).await;
            (outcome, start.elapsed())
        })
    }

    /// As `ask`, when there is an answer.
    pub(crate) async fn answer(&self, request: Request) -> (Response, Duration) {
        let (outcome, took) = self.ask(request).await.expect("no panic");
        (outcome.expect("an answer"), took)
    }

    pub(crate) async fn get(&self, target: &str) -> (Response, Duration) {
        self.answer(Request::get(target)).await
    }
}

pub(crate) fn page(response: &Response) -> Page {
    assert_eq!(response.status, 200, "{response:?}");
    serde_json::from_slice(&response.body).expect("a page")
}

pub(crate) fn numbers(page: &Page) -> Vec<u64> {
    page.events.iter().map(|event| event.seq).collect()
}
