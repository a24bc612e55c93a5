//! The requests that lines are made of.

use std::net::IpAddr;
use std::str;
use std::sync::Arc;

use axum::extract::{RawQuery, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use backpressure::Visit;
use history::protocol::MAX_NUMBER;
use serde::{Deserialize, Serialize};
use server_sent_events::asked;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::body::read;
use super::key;
use super::limits::LineLimits;
use super::line::RequestLine;
use super::mailbox::{BadCursor, Closed, Mailbox, News, Taken};
use super::own::Own;
use super::refusal::Refusal;
use super::shared::{Fetch, Shared};
use super::stream;
use super::table::Table;

/// All lines of a server that are made of requests. A clone is another handle.
#[derive(Debug, Clone)]
pub struct Lines {
    limits: LineLimits,
    table: Arc<Table>,
    conversations: TaskTracker,
    stopping: CancellationToken,
}

/// An empty object, and whatever a later version may put in it.
#[derive(Deserialize)]
struct Empty {}

#[derive(Serialize)]
struct Opened {
    line: String,
}

#[derive(Deserialize)]
struct Says {
    n: u64,
    messages: Vec<String>,
    after: Option<u64>,
}

#[derive(Serialize)]
struct Polled<'a> {
    messages: Vec<&'a str>,
    last: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<Closed>,
}

impl Lines {
    /// Without any. `stopping` is what each conversation is given in its [`Visit`].
    pub fn new(limits: LineLimits, stopping: CancellationToken) -> Self {
        Self {
            table: Table::new(&limits),
            limits,
            conversations: TaskTracker::new(),
            stopping,
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.table.len()
    }

    /// Answers all that is under `/chat/line`: [`opening`](Self::opening) and
    /// [`conversing`](Self::conversing).
    pub fn router<C, F>(
        &self,
        address_of: impl Fn(&Parts) -> IpAddr + Clone + Send + Sync + 'static,
        converse: C,
    ) -> Router
    where
        C: FnOnce(RequestLine, Visit) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        self.opening(address_of, converse).merge(self.conversing())
    }

    /// Opens lines, at `/chat/line`; `converse` has each, in a task of its own. `address_of`
    /// says where a request comes from: of the lines of one address there are only so many.
    /// Whose requests are taken is for a layer to say.
    pub fn opening<C, F>(
        &self,
        address_of: impl Fn(&Parts) -> IpAddr + Clone + Send + Sync + 'static,
        converse: C,
    ) -> Router
    where
        C: FnOnce(RequestLine, Visit) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let open = move |State(lines): State<Self>, request: Request| async move {
            let visit = lines.visit(request, address_of).await?;
            let (line, opened) = lines.open(&visit)?;
            lines.conversations.spawn(converse(line, visit));
            Ok::<_, Refusal>((StatusCode::CREATED, no_store(), opened))
        };
        Router::new()
            .route("/chat/line", post(open))
            .with_state(self.clone())
    }

    /// Answers the requests that open lines are made of, under `/chat/line/`. Who shows a
    /// line's key has the line, wherever the request comes from.
    pub fn conversing(&self) -> Router {
        Router::new()
            .route("/chat/line/{line}/events", get(events))
            .route("/chat/line/{line}/poll", get(poll))
            .route("/chat/line/{line}/say", post(say))
            .route("/chat/line/{line}/close", post(close))
            .with_state(self.clone())
    }

    /// Waits until the last conversation has ended. By then none may begin any more. One that
    /// was closed ends when its client has asked and been told, or has not asked for
    /// [`absence`](LineLimits::absence).
    ///
    /// # Cancel safety
    ///
    /// Safe: it may be called again.
    pub async fn ended(&self) {
        self.conversations.close();
        self.conversations.wait().await;
    }

    /// Who asks for a line.
    async fn visit(
        &self,
        request: Request,
        address_of: impl Fn(&Parts) -> IpAddr,
    ) -> Result<Visit, Refusal> {
        let (parts, body) = request.into_parts();
        let Empty {} = read(&self.limits, &parts.headers, body).await?;
        Ok(Visit {
            address: address_of(&parts),
            parts,
            stopping: self.stopping.clone(),
        })
    }

    /// A line, and what its opener is answered.
    fn open(
        &self,
        visit: &Visit,
    ) -> Result<(RequestLine, impl IntoResponse + use<>), Refusal> {
        let shared = Shared::new(Mailbox::new(self.limits, Instant::now()));
        let entry = self.table.enter(Arc::clone(&shared), visit.address)?;
        let (name, key) = (entry.name(), entry.key());
        let ours = RequestLine::new(shared, self.limits.absence, entry);
        let cookie = key::given(name, key, &visit.parts.headers);
        let line = name.reveal();
        Ok((
            ours,
            ([(header::SET_COOKIE, cookie)], Json(Opened { line })),
        ))
    }

    pub(super) fn table(&self) -> &Table {
        &self.table
    }
}

/// Where a `GET` goes on.
fn fetch(
    own: Own,
    last_event_id: Option<&str>,
    query: Option<&str>,
) -> Result<Fetch, Refusal> {
    let cursor = asked(last_event_id, query).map_err(Refusal::Malformed)?;
    Ok(Fetch::begin(own.shared, cursor.unwrap_or(0))?)
}

async fn events(
    State(lines): State<Lines>,
    own: Own,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = headers.get("last-event-id");
    let id = id.map(|id| String::from_utf8_lossy(id.as_bytes()));
    let fetch = fetch(own, id.as_deref(), query.as_deref())?;
    Ok(stream::answer(fetch, lines.limits))
}

async fn poll(
    State(lines): State<Lines>,
    own: Own,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let fetch = fetch(own, None, query.as_deref())?;
    let all = lines.limits.kept_bytes;
    let look = |mailbox: &mut Mailbox| {
        if mailbox.is_replaced(fetch.number, fetch.cursor) {
            return Some(Ok(News::default()));
        }
        match mailbox.news(fetch.cursor, all) {
            Some(news) => Some(Ok(news)),
            None => mailbox.is_over().then_some(Err(Refusal::NoSuchLine)),
        }
    };
    let held = timeout(lines.limits.hold.time, fetch.shared.until(look)).await;
    let News { messages, closed } = held.unwrap_or_else(|_| Ok(News::default()))?;
    let payloads: Vec<_> = messages.iter().map(|told| told.payload()).collect();
    let texts = payloads.iter().map(|payload| str::from_utf8(payload));
    let texts: Result<Vec<_>, _> = texts.collect();
    let polled = Polled {
        last: fetch.cursor + messages.len() as u64,
        messages: texts.expect("what is told is text"),
        closed,
    };
    Ok((no_store(), Json(polled)).into_response())
}

async fn say(
    State(lines): State<Lines>,
    Own { shared, .. }: Own,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let (parts, body) = request.into_parts();
    let Says { n, messages, after } = read(&lines.limits, &parts.headers, body).await?;
    // No client comes so far; and to count on from the greatest number of all would panic.
    if !(1..=MAX_NUMBER).contains(&n) {
        let text = "messages are counted from 1 to 9007199254740991";
        return Err(Refusal::Malformed(text.into()));
    }
    if let Some(after) = after {
        match shared.change(|mailbox| mailbox.acknowledge(after)) {
            // Requests may overtake each other.
            Ok(()) | Err(BadCursor::Past) => {}
            Err(future) => return Err(future.into()),
        }
    }
    let taken = timeout(lines.limits.body, take_all(&shared, n, messages)).await;
    let busy = Refusal::Busy(lines.limits.hold.retry_after);
    taken.unwrap_or(Err(busy))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn take_all(
    shared: &Shared,
    n: u64,
    messages: Vec<String>,
) -> Result<(), Refusal> {
    for (number, text) in (n..).zip(messages) {
        let mut text = Some(text);
        let taken = shared.until(|mailbox| match mailbox.take(number, &mut text) {
            Taken::Full => None,
            taken => Some((taken, mailbox.closed())),
        });
        match taken.await {
            (Taken::Yes | Taken::Full, _) => {}
            (Taken::Gap(next), _) => return Err(Refusal::Gap(next)),
            (Taken::Over, closed) => return Err(Refusal::Closed(closed)),
        }
    }
    Ok(())
}

async fn close(
    State(lines): State<Lines>,
    Own { name, shared }: Own,
    request: Request,
) -> Result<impl IntoResponse, Refusal> {
    let (parts, body) = request.into_parts();
    let Empty {} = read(&lines.limits, &parts.headers, body).await?;
    shared.change(Mailbox::closed_by_client);
    let cookie = [(header::SET_COOKIE, key::taken_away(name))];
    Ok((StatusCode::NO_CONTENT, cookie))
}

/// RFC 6202 §2.2: what was meant for one client is not for a cache to give to another.
fn no_store() -> [(header::HeaderName, &'static str); 1] {
    [(header::CACHE_CONTROL, "no-store")]
}
