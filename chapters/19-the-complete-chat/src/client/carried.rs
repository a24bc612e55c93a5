//! A line that is carried by requests.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use gatekeeping::api::Secret;
use history::{ClientLine, Exchanged, Failure};
use http::StatusCode;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_util::task::AbortOnDropHandle;
use wiretap::Dial;

use super::http::{Answer, Asked, Http};
use super::up::carry_up;
use super::wire::{ClosedWith, LINES, Opened};

/// How many messages may be under way in a direction, on this side of the network.
const QUEUE: usize = 32;

/// How long the server may take for an answer for which it need not wait.
pub(super) const SOON: Duration = Duration::from_secs(15);

/// The client's end of a line that is carried by requests. Two tasks make these: one brings
/// up what is said, the other fetches what there is to hear. Both queues are bounded; who
/// has no room waits.
///
/// When it is dropped, the server is told, if that takes no more than some seconds.
#[derive(Debug)]
pub(super) struct Carried {
    up: Sender<String>,
    down: Receiver<Exchanged>,
    _fetching: AbortOnDropHandle<()>,
}

/// A line that the server has opened.
pub(super) struct OpenLine<D> {
    pub(super) http: Http<D>,
    pub(super) name: String,
    /// The cookie that shows whose it is.
    pub(super) key: Option<Secret>,
    /// The number of the last message that has come over a stream: what goes up says so, and
    /// the server need not keep what was before it.
    pub(super) heard: Arc<AtomicU64>,
}

impl<D: Dial> OpenLine<D> {
    /// Asks the server for a line.
    pub(super) async fn open(http: Http<D>) -> Result<Self, Failure> {
        let asked = Asked::post(LINES, "{}".to_owned(), SOON);
        let answer = http.send(asked).await.map_err(Failure::Temporary)?;
        if answer.status != StatusCode::CREATED {
            let why = format!("no line: the server answers {}", answer.status);
            return Err(Failure::Temporary(why));
        }
        let key = answer.cookie(&["line"]);
        let opened: Option<Opened> = serde_json::from_slice(&answer.body).ok();
        let Some(opened) = opened.filter(Opened::is_a_name) else {
            let why = "no line: the answer has no name of one".to_owned();
            return Err(Failure::Temporary(why));
        };
        Ok(Self {
            http,
            name: opened.line,
            key,
            heard: Arc::default(),
        })
    }

    /// Sends one of the requests that it is made of.
    pub(super) async fn send(&self, asked: Asked<'_>) -> Result<Answer, String> {
        self.http.send(asked.with_cookie(self.key.clone())).await
    }
}

impl Carried {
    /// The client's end of a line, whose messages `fetch` fetches. It ends by telling that
    /// the line is over.
    pub(super) fn new<D: Dial, F>(
        line: OpenLine<D>,
        fetch: impl FnOnce(Sender<Exchanged>) -> F,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (up, said) = channel(QUEUE);
        let (tell, down) = channel(QUEUE);
        let fetching = tokio::spawn(fetch(tell.clone()));
        // It goes on when the line is dropped, as far as to tell the server.
        tokio::spawn(carry_up(line, said, tell));
        Self {
            up,
            down,
            _fetching: AbortOnDropHandle::new(fetching),
        }
    }
}

impl ClientLine for Carried {
    async fn exchange(&mut self, text: Option<String>) -> Exchanged {
        tokio::select! {
            biased;
            Ok(place) = self.up.reserve(), if text.is_some() => {
                place.send(text.unwrap_or_default());
                Exchanged::Sent
            }
            heard = self.down.recv() => heard.unwrap_or_else(|| over("the line is over")),
        }
    }
}

/// The end of a line, for now.
pub(super) fn over(why: impl Into<String>) -> Exchanged {
    Exchanged::Over(Failure::Temporary(why.into()))
}

/// The end of a line that the server has closed.
pub(super) fn closed(ClosedWith { code, reason }: ClosedWith) -> Exchanged {
    over(format!("{code} {reason}").trim_end())
}
