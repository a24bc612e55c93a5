//! The other end: a reader that comes back by itself, and knows where it was.

mod exchange;
mod notice;
mod wait;

use std::time::Duration;

use raw_http::Headers;
use tokio::time::{Instant, sleep_until, timeout};
use wiretap::Dial;

use exchange::{Exchange, Progress};
pub use notice::{Failure, Interruption, Notice, Options};
use wait::Waits;

/// Reads the event stream at one address, over as many connections as it takes: what a
/// browser's `EventSource` does, and a little more.
///
/// Each message is told once. After an interruption it says in `Last-Event-ID` where it
/// was; whether anything is lost or repeated is then up to the server, which has to begin
/// after that.
///
/// Redirects are not followed: 301 and 307 are failures here.
pub struct EventSource<D: Dial> {
    dialer: D,
    host: String,
    target: String,
    cookie: Option<String>,
    options: Options,
    waits: Waits,
    last_event_id: String,
    state: State<D::Io>,
}

enum State<Io> {
    /// The next attempt begins then.
    Waiting(Instant),
    Reading(Box<Exchange<Io>>),
    Closed,
}

impl<D: Dial> EventSource<D> {
    /// A reader of `target` (`/stream?after=3`) at `host`, as the `Host` field names it,
    /// which is reached through `dialer`. Nothing happens before the first
    /// [`next`](Self::next).
    ///
    /// # Panics
    ///
    /// When `target` or `host` has a character that cannot stand in a request.
    pub fn new(
        dialer: D,
        host: impl Into<String>,
        target: impl Into<String>,
        options: Options,
    ) -> Self {
        let (host, target) = (host.into(), target.into());
        for text in [&host, &target] {
            let graphic = text.bytes().all(|byte| byte.is_ascii_graphic());
            assert!(
                !text.is_empty() && graphic,
                "{text:?} cannot be sent as it is"
            );
        }
        Self {
            dialer,
            host,
            target,
            cookie: None,
            waits: Waits::new(&options),
            options,
            last_event_id: String::new(),
            state: State::Waiting(Instant::now()),
        }
    }

    /// Goes on after the message with this id, where an earlier reader stopped.
    #[must_use]
    pub fn resume_after(mut self, last_event_id: impl Into<String>) -> Self {
        self.last_event_id = last_event_id.into();
        self
    }

    /// Sends this cookie (`name=value`, or several with `; ` between them) with each
    /// request, as a browser sends those that it has.
    ///
    /// # Panics
    ///
    /// When it cannot stand in a request.
    #[must_use]
    pub fn with_cookie(mut self, cookie: impl Into<String>) -> Self {
        let cookie = cookie.into();
        let can_be_sent = Headers::new().try_append("Cookie", &cookie).is_ok();
        // It may be a secret: it is not shown.
        assert!(can_be_sent, "the cookie cannot be sent as it is");
        self.cookie = Some(cookie);
        self
    }

    /// The id to resume after: that of the last message told, or of a block without data
    /// after it. Empty for none.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// How long the wait after the next orderly end will be.
    pub fn retry(&self) -> Duration {
        self.waits.retry()
    }

    /// Takes a failure back: the next call waits, as after attempts that failed, and
    /// connects again after the same id. A browser's script does that by making a new
    /// `EventSource`; whether it should, after this failure, is for the caller to say.
    /// Nothing changes while the reader has not failed.
    pub fn reopen(&mut self) {
        if let State::Closed = self.state {
            self.state = State::Waiting(Instant::now() + self.waits.next());
        }
    }

    /// The next thing to tell; `None` after a [`Notice::Failed`].
    ///
    /// # Cancel safety
    ///
    /// Safe: what has been read belongs to the reader and not to the future, and no
    /// message is lost or told twice. An attempt to open a connection is given up; the
    /// next call makes another. A wait goes on while nobody calls.
    pub async fn next(&mut self) -> Option<Notice> {
        if let State::Waiting(due) = self.state {
            sleep_until(due).await;
            if let Err(notice) = self.connect().await {
                return Some(notice);
            }
        }
        let State::Reading(exchange) = &mut self.state else {
            return None;
        };
        // Dropped in here, the exchange is still in `self.state`.
        let progress = exchange.next().await;
        if let Some(retry) = exchange.retry() {
            self.waits.set_retry(retry);
        }
        // A block without data counts as well, and may be the last before the end.
        self.last_event_id.clear();
        self.last_event_id.push_str(exchange.last_event_id());
        Some(match progress {
            Ok(Progress::Open) => {
                self.waits.succeeded();
                Notice::Open
            }
            Ok(Progress::Message(message)) => Notice::Message(message),
            Ok(Progress::Failed(failure)) => self.fail(failure),
            Err(why) => self.interrupt(why),
        })
    }

    /// Opens a connection, so that there is something to read.
    async fn connect(&mut self) -> Result<(), Notice> {
        let Some(request) = self.request() else {
            return Err(self.fail(Failure::LastEventId));
        };
        match timeout(self.options.silence, self.dialer.dial()).await {
            Ok(Ok(io)) => {
                let Options {
                    limits, silence, ..
                } = self.options;
                let id = &self.last_event_id;
                let exchange = Exchange::new(io, &request, limits, silence, id);
                self.state = State::Reading(Box::new(exchange));
                Ok(())
            }
            Ok(Err(error)) => Err(self.interrupt(Interruption::Dial(error))),
            Err(_) => Err(self.interrupt(Interruption::Silent)),
        }
    }

    /// HTML §9.2.3: what a browser sends. `None` when the id is no field value.
    fn request(&self) -> Option<String> {
        let Self { target, host, .. } = self;
        let mut fields = Headers::new();
        fields.append("Host", host);
        fields.append("Accept", "text/event-stream");
        fields.append("Cache-Control", "no-store");
        if let Some(cookie) = &self.cookie {
            fields.append("Cookie", cookie);
        }
        if !self.last_event_id.is_empty() {
            fields
                .try_append("Last-Event-ID", &self.last_event_id)
                .ok()?;
        }
        let fields = fields
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let fields: String = fields.collect();
        Some(format!("GET {target} HTTP/1.1\r\n{fields}\r\n"))
    }

    fn interrupt(&mut self, why: Interruption) -> Notice {
        let wait = self.waits.next();
        self.state = State::Waiting(Instant::now() + wait);
        Notice::Interrupted { why, wait }
    }

    fn fail(&mut self, failure: Failure) -> Notice {
        self.state = State::Closed;
        Notice::Failed(failure)
    }
}
