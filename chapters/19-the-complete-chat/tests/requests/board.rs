//! The board of chapters 2 to 11, told over a line: so that the contract of every transport
//! can be asked for.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, Weak};

use backpressure::{Entrance, Limits, Visit, serve_websockets, websocket_route};
use connection::WebSocket;
use handshake::Policy;
use history::{Line, Told, WebSocketLine};
use long_polling::WaitingBoard;
use serde::{Deserialize, Serialize};
use short_polling::Board;
use the_complete_chat::engine::{TungsteniteLine, TungsteniteSockets};
use the_complete_chat::lines::{LineLimits, Lines, RequestLine};
use tokio_util::sync::CancellationToken;
use wiretap::{LinkListener, LinkStream};

/// What a line says of a board.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Says {
    Event(u64, String),
    Gap(u64, u64),
}

/// A board, and the process that serves it, which may have several listeners.
#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) board: WaitingBoard,
    process: Arc<Mutex<Weak<Process>>>,
}

/// What is gone when the last listener is: the lines, and whoever talks on them.
struct Process {
    lines: Lines,
    sockets: TungsteniteSockets,
    stop: CancellationToken,
    gone: CancellationToken,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.gone.cancel();
    }
}

impl Process {
    fn new() -> Arc<Self> {
        let stop = CancellationToken::new();
        let limits = LineLimits {
            lines_per_address: 4096,
            ..LineLimits::default()
        };
        let plenty = Limits {
            connections_per_address: 4096,
            ..Limits::default()
        };
        Arc::new(Self {
            lines: Lines::new(limits, stop.clone()),
            sockets: TungsteniteSockets::new(Arc::new(plenty), stop.clone()),
            stop,
            gone: CancellationToken::new(),
        })
    }
}

impl Served {
    pub(crate) fn new(last: u64, kept: NonZeroUsize) -> Self {
        let board = WaitingBoard::new(Board::following(last, kept).into(), 0);
        let process = Arc::default();
        Self { board, process }
    }

    fn process(&self) -> Arc<Process> {
        let mut process = self.process.lock().expect("no panic");
        process.upgrade().unwrap_or_else(|| {
            let new = Process::new();
            *process = Arc::downgrade(&new);
            new
        })
    }

    pub(crate) async fn serve(
        self,
        listener: LinkListener,
        is_handmade: bool,
        shutdown: impl Future<Output = ()>,
    ) {
        let process = self.process();
        let telling = Telling {
            board: self.board,
            stop: process.stop.clone(),
            gone: process.gone.clone(),
        };
        let from_here = |_: &_| IpAddr::from(Ipv4Addr::LOCALHOST);
        let [one, two, three] = [(); 3].map(|()| telling.clone());
        let by_requests = |line: RequestLine, _: Visit| one.tell_over(line);
        let by_sockets = |line: TungsteniteLine, _: Visit| two.tell_over(line);
        let policy = Policy::default();
        let websockets = match is_handmade {
            true => websocket_route(policy),
            false => process.sockets.router(policy, from_here, by_sockets),
        };
        let entrance = Entrance {
            limits: Arc::default(),
            router: websockets.merge(process.lines.router(from_here, by_requests)),
            proxies: Vec::new(),
        };
        let talk = |websocket: WebSocket<LinkStream>, _: Visit| {
            three.tell_over(WebSocketLine::from(websocket))
        };
        let from_here = |_: &LinkStream| IpAddr::from(Ipv4Addr::LOCALHOST);
        let shutdown = async {
            shutdown.await;
            process.stop.cancel();
        };
        serve_websockets(listener, entrance, from_here, talk, shutdown).await;
    }
}

/// What a conversation is about.
#[derive(Clone)]
struct Telling {
    board: WaitingBoard,
    stop: CancellationToken,
    gone: CancellationToken,
}

impl Telling {
    async fn tell_over(self, line: impl Line) {
        let gone = self.gone.clone();
        gone.run_until_cancelled(self.tell_until_the_end(line))
            .await;
    }

    /// Tells what happens after the number that the client says first, and lets happen what
    /// it says then.
    async fn tell_until_the_end(self, mut line: impl Line) {
        let cursor = line.hear().await.and_then(|text| text.parse().ok());
        if let Some(cursor) = cursor {
            let told = self.tell_from(&mut line, cursor);
            if self.stop.run_until_cancelled(told).await.is_none() {
                line.close(1001, "the server stops");
            }
        }
        line.end().await;
    }

    async fn tell_from(&self, line: &mut impl Line, mut cursor: u64) {
        loop {
            let page = tokio::select! {
                page = self.board.after(cursor) => page,
                heard = line.hear() => match heard {
                    Some(text) => {
                        self.board.append(text);
                        continue;
                    }
                    None => return,
                },
            };
            let Ok(page) = page else { return };
            cursor = page.next;
            let gap = page.gap.map(|gap| Says::Gap(gap.first, gap.last));
            let events = page.events.into_iter();
            let events = events.map(|event| Says::Event(event.seq, event.text));
            for says in gap.into_iter().chain(events) {
                let says = serde_json::to_string(&says).expect("texts are JSON");
                if line.tell(&Told::new(&says)).await.is_err() {
                    return;
                }
            }
        }
    }
}
