//! What a page asks of the book program itself, on the page's own origin.
//!
//! The program's guard has checked `Host` on every request and `Origin` on those that
//! act before anything here is called.

mod backpressure;
mod connection;
mod door;
mod frames;
mod history;

use std::str::FromStr as _;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::sync::SemaphorePermit;

use super::chapter::{Chapter, Target};
use super::session::{Session, StartError};
use super::stage::Stage;
use super::{Labs, events, handshake_lab, http_streaming_lab, raw, raw_http_lab};

/// The largest body: hand-written bytes, each of them escaped, as JSON.
const BODY_LIMIT: usize = 8 * raw::MOST_BYTES;
/// The longest text of an event.
const MOST_TEXT: usize = 200;
/// The most events that are reported delivered at once.
const MOST_DELIVERED: usize = 100;

impl Labs {
    /// The routes under `/-/labs/`, to be put behind the program's guard.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/-/labs/{chapter}/start", post(start))
            .route("/-/labs/{chapter}/mine", get(mine))
            .route("/-/lab/{id}/events", get(follow))
            .route("/-/lab/{id}/stop", post(stop))
            .route("/-/lab/{id}/fresh", post(fresh))
            .route("/-/lab/{id}/publish", post(publish))
            .route("/-/lab/{id}/delivered", post(delivered))
            .route("/-/lab/{id}/raw", post(send_raw))
            .route("/-/lab/{id}/cut", post(cut))
            .route("/-/lab/{id}/faults", post(faults))
            .route("/-/lab/{id}/end", post(end))
            .route("/-/lab/{id}/frames", post(frames::send_frames))
            .route("/-/lab/{id}/handshakes", post(handshakes))
            .route("/-/lab/{id}/inspect", post(frames::inspect))
            .route("/-/lab/{id}/arrived", post(frames::arrived))
            .route("/-/lab/{id}/frame-bytes", post(frames::send_frame_bytes))
            .route("/-/lab/{id}/order", post(connection::order))
            .route("/-/lab/{id}/by-hand", post(connection::by_hand))
            .route("/-/lab/{id}/carl", post(backpressure::carl))
            .route("/-/lab/{id}/log", post(history::log))
            .route("/-/lab/{id}/door", post(door::order))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self.clone())
    }
}

/// Why an act is refused: a status and a sentence that the page shows.
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

impl From<StartError> for Refusal {
    fn from(error: StartError) -> Self {
        match error {
            StartError::TooMany(most) => Self(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("{most} labs run already. Stop one on another page first."),
            ),
            StartError::NotRunning(how) => Self(StatusCode::CONFLICT, how),
            StartError::Io(error) => Self(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("The lab has no port: {error}."),
            ),
        }
    }
}

/// A lab that runs, taken from the path; an act on it costs a token of its rate.
struct Acting(Arc<Session>);

impl FromRequestParts<Labs> for Acting {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        labs: &Labs,
    ) -> Result<Self, Refusal> {
        let Path(id) = Path::<String>::from_request_parts(parts, labs)
            .await
            .map_err(|error| Refusal(StatusCode::BAD_REQUEST, error.to_string()))?;
        let Some(session) = labs.find(&id) else {
            let text = "This lab has ended. Start it again.".to_owned();
            return Err(Refusal(StatusCode::GONE, text));
        };
        if !session.rules.take() {
            let text = "Slower: a lab does some twenty things a second.".to_owned();
            return Err(Refusal(StatusCode::TOO_MANY_REQUESTS, text));
        }
        Ok(Self(session))
    }
}

/// A place among the connections by hand that a lab may have.
fn place_by_hand(session: &Session) -> Result<SemaphorePermit<'_>, Refusal> {
    session.by_hand.try_acquire().map_err(|_| {
        let text = "Slower: so many connections by hand are open.".to_owned();
        Refusal(StatusCode::TOO_MANY_REQUESTS, text)
    })
}

fn chapter(number: &str) -> Result<Chapter, Refusal> {
    Chapter::find(number).ok_or_else(|| {
        let text = format!("There is no lab for chapter {number}.");
        Refusal(StatusCode::NOT_FOUND, text)
    })
}

#[derive(Deserialize)]
struct Start {
    target: Target,
}

#[derive(Serialize)]
struct Started {
    id: String,
    base: String,
    seconds: u64,
}

async fn start(
    State(labs): State<Labs>,
    Path(number): Path<String>,
    headers: HeaderMap,
    Json(start): Json<Start>,
) -> Result<Json<Started>, Refusal> {
    // The guard has checked it: it is this program's own name.
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let page_origin = format!("http://{}", host.unwrap_or_default());
    let session = labs
        .start(chapter(&number)?, start.target, page_origin)
        .await?;
    Ok(Json(Started {
        id: session.id.clone(),
        base: session.base.clone(),
        seconds: labs.shared.bounds.running_time.as_secs(),
    }))
}

#[derive(Serialize)]
struct Mine {
    running: bool,
    address: String,
    command: String,
}

async fn mine(
    State(labs): State<Labs>,
    Path(number): Path<String>,
) -> Result<Json<Mine>, Refusal> {
    let server = labs.my_server(chapter(&number)?);
    Ok(Json(Mine {
        running: server.is_running().await,
        address: server.address.to_string(),
        command: server.command(),
    }))
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: u64,
}

async fn follow(
    State(labs): State<Labs>,
    Path(id): Path<String>,
    Query(Since { since }): Query<Since>,
    headers: HeaderMap,
) -> Response {
    // To an EventSource 204 says: there is nothing more, do not ask again.
    let Some(session) = labs.find(&id) else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let resumed = headers
        .get("last-event-id")
        .and_then(|id| u64::from_str(id.to_str().ok()?).ok());
    events::follow(&session, resumed.unwrap_or(since)).into_response()
}

async fn stop(State(labs): State<Labs>, Path(id): Path<String>) -> StatusCode {
    if let Some(session) = labs.find(&id) {
        session.stop();
    }
    StatusCode::NO_CONTENT
}

async fn fresh(Acting(session): Acting, Json(fresh): Json<bool>) -> StatusCode {
    session.rules.set_fresh(fresh);
    StatusCode::NO_CONTENT
}

/// Answers with the number of the event.
async fn publish(Acting(session): Acting, text: String) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.len() > MOST_TEXT {
        let text = format!("An event has 1 to {MOST_TEXT} bytes of text.");
        return Err(Refusal(StatusCode::UNPROCESSABLE_ENTITY, text));
    }
    match session.publish(text).await {
        Ok(seq) => Ok(seq.to_string()),
        Err(text) => Err(Refusal(StatusCode::BAD_GATEWAY, text)),
    }
}

async fn delivered(Acting(session): Acting, Json(ids): Json<Vec<u64>>) -> StatusCode {
    for id in ids.iter().take(MOST_DELIVERED) {
        session.recorder.delivered(id);
    }
    StatusCode::NO_CONTENT
}

async fn cut(Acting(session): Acting) -> StatusCode {
    session.cut();
    StatusCode::NO_CONTENT
}

async fn faults(
    Acting(session): Acting,
    Json(order): Json<http_streaming_lab::Order>,
) -> Result<StatusCode, Refusal> {
    let Stage::HttpStreaming(stage) = &session.stage else {
        let text = "The proxy is in the lab of chapter 4.".to_owned();
        return Err(Refusal(StatusCode::NOT_FOUND, text));
    };
    session.misbehave(stage, &order);
    Ok(StatusCode::NO_CONTENT)
}

async fn end(Acting(session): Acting) -> Result<StatusCode, Refusal> {
    let refuse = |text| Refusal(StatusCode::UNPROCESSABLE_ENTITY, text);
    session.end().map_err(refuse)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn send_raw(
    Acting(session): Acting,
    Json(order): Json<raw::Order>,
) -> Result<StatusCode, Refusal> {
    if !matches!(session.stage, Stage::RawHttp) {
        let text = "Hand-written bytes are for the lab of chapter 1.".to_owned();
        return Err(Refusal(StatusCode::NOT_FOUND, text));
    }
    let bytes = raw::unescape(&order.text).map_err(|mistake| {
        Refusal(StatusCode::UNPROCESSABLE_ENTITY, mistake.to_string())
    })?;
    raw_http_lab::send(&session, bytes, order.cut)
        .await
        .map_err(|text| Refusal(StatusCode::BAD_GATEWAY, text))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn handshakes(
    Acting(session): Acting,
    Json(order): Json<handshake_lab::Order>,
) -> Result<StatusCode, Refusal> {
    let Stage::Handshake(stage) = &session.stage else {
        let text = "Handshakes are in the lab of chapter 6.".to_owned();
        return Err(Refusal(StatusCode::NOT_FOUND, text));
    };
    session.behave(stage, order);
    Ok(StatusCode::NO_CONTENT)
}
