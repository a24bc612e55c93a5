//! A chat that is as small as can be, over lines that are made of requests, and what may go
//! wrong with them.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Path, Query, State, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::timeout;
use wiretap::{Link, LinkDialer, Recorder};

/// A clone is another handle.
#[derive(Clone, Default)]
pub(crate) struct Fake(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<Known>,
    changed: Notify,
}

#[derive(Default)]
pub(crate) struct Known {
    /// All that this line has told.
    told: Vec<String>,
    /// How many messages of the client were taken on this line.
    taken: u64,
    /// What was said in the room, whichever line it came over.
    pub(crate) said: Vec<String>,
    pub(crate) lines: u32,
    /// How many requests have brought messages.
    pub(crate) posts: u32,
    pub(crate) websockets_asked: u32,
    pub(crate) goodbyes: u32,
    /// So many of the next messages are taken, but not answered.
    pub(crate) lost_answers: u32,
    /// WebSockets are opened, and nothing comes through.
    pub(crate) swallows_frames: bool,
    /// Nothing is told over a stream.
    pub(crate) buffers_streams: bool,
    pub(crate) signed_out: bool,
    closed: Option<(u16, &'static str)>,
}

/// The server, and how to reach it.
pub(crate) fn served(link: Link) -> (LinkDialer, Fake) {
    let (dialer, listener) = link.network(&Recorder::new("lines"));
    let fake = Fake::default();
    let router = Router::new()
        .route("/api/ticket", post(ticket))
        .route("/chat", any(websocket))
        .route("/chat/line", post(open))
        .route("/chat/line/{line}/poll", get(poll))
        .route("/chat/line/{line}/events", get(events))
        .route("/chat/line/{line}/say", post(say))
        .route("/chat/line/{line}/close", post(goodbye))
        .with_state(fake.clone());
    tokio::spawn(async move {
        let served = axum::serve(chat::Listening(listener), router).await;
        served.expect("it does not end");
    });
    (dialer, fake)
}

impl Fake {
    pub(crate) fn state(&self) -> MutexGuard<'_, Known> {
        self.0.state.lock().expect("no panic")
    }

    /// Closes the line.
    pub(crate) fn close(&self, code: u16, reason: &'static str) {
        self.state().closed = Some((code, reason));
        self.0.changed.notify_waiters();
    }

    /// What was told behind `after`, as soon as there is something.
    async fn news(&self, after: usize) -> (Vec<String>, Option<(u16, &'static str)>) {
        loop {
            let changed = self.0.changed.notified();
            {
                let known = self.state();
                if known.told.len() > after || known.closed.is_some() {
                    return (known.told[after..].to_vec(), known.closed);
                }
            }
            changed.await;
        }
    }

    fn take(&self, text: &str) {
        let message: Value = serde_json::from_str(text).expect("JSON");
        let known = &mut *self.state();
        known.taken += 1;
        let room = &message["room"];
        let answer = match message["type"].as_str() {
            Some("hello") => json!({
                "type": "welcome", "version": 3, "name": "ada", "rooms": [],
            }),
            Some("join") => {
                json!({ "type": "joined", "room": room, "seq": 0, "members": [] })
            }
            Some("say") => {
                known
                    .said
                    .push(message["text"].as_str().expect("text").to_owned());
                let (id, seq) = (&message["id"], known.said.len());
                json!({ "type": "accepted", "room": room, "id": id, "seq": seq })
            }
            other => panic!("{other:?}"),
        };
        known.told.push(answer.to_string());
        self.0.changed.notify_waiters();
    }
}

async fn ticket(State(fake): State<Fake>) -> Response {
    if fake.state().signed_out {
        let error = json!({ "error": { "code": "not_signed_in", "text": "sign in" } });
        return (StatusCode::UNAUTHORIZED, Json(error)).into_response();
    }
    let ticket = json!({ "ticket": "once", "seconds": 30 });
    (StatusCode::CREATED, Json(ticket)).into_response()
}

/// Somebody on the way knows of none; or they are opened, and nothing comes through.
async fn websocket(
    State(fake): State<Fake>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    fake.state().websockets_asked += 1;
    match upgrade.ok().filter(|_| fake.state().swallows_frames) {
        Some(upgrade) => {
            upgrade.on_upgrade(async |_socket| std::future::pending().await)
        }
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn open(State(fake): State<Fake>) -> Response {
    let known = &mut *fake.state();
    (known.told, known.taken, known.closed) = (Vec::new(), 0, None);
    known.lines += 1;
    let name = format!("line-{}", known.lines);
    let cookie = format!("line=key-{}; Path=/chat/line/{name}; HttpOnly", known.lines);
    let cookie = [(header::SET_COOKIE, cookie)];
    (StatusCode::CREATED, cookie, Json(json!({ "line": name }))).into_response()
}

/// Of a line that is no more, nothing is known, nor of one whose key is not shown.
fn is_open(fake: &Fake, line: &str, headers: &HeaderMap) -> bool {
    let lines = fake.state().lines;
    let key = format!("line=key-{lines}");
    let is_shown = headers.get(header::COOKIE).is_some_and(|it| *it == *key);
    is_shown && line == format!("line-{lines}")
}

#[derive(Deserialize)]
struct After {
    after: usize,
}

async fn poll(
    State(fake): State<Fake>,
    Path(line): Path<String>,
    Query(After { after }): Query<After>,
    headers: HeaderMap,
) -> Response {
    if !is_open(&fake, &line, &headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let news = timeout(Duration::from_secs(25), fake.news(after)).await;
    let (messages, closed) = news.unwrap_or_default();
    let closed = closed.map(|(code, reason)| json!({ "code": code, "reason": reason }));
    let last = after + messages.len();
    let polled = json!({ "messages": messages, "last": last, "closed": closed });
    Json(polled).into_response()
}

async fn events(
    State(fake): State<Fake>,
    Path(line): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !is_open(&fake, &line, &headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if fake.state().buffers_streams {
        return std::future::pending().await;
    }
    let id = headers.get("last-event-id");
    let after = id.map_or(0, |id| id.to_str().expect("digits").parse().expect("one"));
    let stream = futures_util::stream::unfold(Some(after), move |after| {
        let fake = fake.clone();
        async move {
            let after = after?;
            let (news, closed) = fake.news(after).await;
            let (event, after) = match (news.into_iter().next(), closed) {
                (Some(text), _) => {
                    let id = (after + 1).to_string();
                    (Event::default().id(id).data(text), Some(after + 1))
                }
                (None, closed) => {
                    let (code, reason) = closed.expect("news");
                    let data = json!({ "code": code, "reason": reason }).to_string();
                    (Event::default().event("close").data(data), None)
                }
            };
            Some((Ok::<_, Infallible>(event), after))
        }
    });
    Sse::new(stream).into_response()
}

#[derive(Deserialize)]
struct SaysAll {
    n: u64,
    messages: Vec<String>,
}

async fn say(
    State(fake): State<Fake>,
    Path(line): Path<String>,
    headers: HeaderMap,
    Json(SaysAll { n, messages }): Json<SaysAll>,
) -> StatusCode {
    if !is_open(&fake, &line, &headers) {
        return StatusCode::NOT_FOUND;
    }
    fake.state().posts += 1;
    let taken = fake.state().taken;
    if n > taken + 1 {
        return StatusCode::CONFLICT;
    }
    let known = usize::try_from(taken + 1 - n).expect("few");
    messages.iter().skip(known).for_each(|text| fake.take(text));
    let lost = &mut fake.state().lost_answers;
    match *lost {
        0 => StatusCode::NO_CONTENT,
        _ => {
            *lost -= 1;
            StatusCode::BAD_GATEWAY
        }
    }
}

async fn goodbye(
    State(fake): State<Fake>,
    Path(line): Path<String>,
    headers: HeaderMap,
) -> StatusCode {
    if !is_open(&fake, &line, &headers) {
        return StatusCode::NOT_FOUND;
    }
    fake.state().goodbyes += 1;
    StatusCode::NO_CONTENT
}
