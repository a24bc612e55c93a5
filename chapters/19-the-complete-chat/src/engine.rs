//! Other people's WebSockets under the same chat: axum's, which are tungstenite's.
//!
//! Chapter 9's are the entrance's own affair: chapter 13 hands them over in the very task
//! that has accepted them, counts them and waits for them. Axum runs each WebSocket in a
//! task of its own, of which the entrance knows nothing. So they are counted here, and
//! waited for here.

mod time;
mod tungstenite_line;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use backpressure::{Handover, Limits, Places, Visit, check_handshake};
use handshake::Policy;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use tungstenite_line::TungsteniteLine;

/// What each has to read into, in bytes. Without this it would be 128 KiB.
const READ_BUFFER: usize = 4 << 10;

/// All WebSockets of a server that are axum's. A clone is another handle.
#[derive(Debug, Clone)]
pub struct TungsteniteSockets {
    limits: Arc<Limits>,
    room: Arc<Semaphore>,
    places: Arc<Places>,
    conversations: TaskTracker,
    stopping: CancellationToken,
}

impl TungsteniteSockets {
    /// Without any. Of the limits these count: how many connections there may be, and from
    /// one address, and those of [`Limits::connection`]. `stopping` is what each
    /// conversation is given in its [`Visit`].
    pub fn new(limits: Arc<Limits>, stopping: CancellationToken) -> Self {
        let room = limits.connections.min(Semaphore::MAX_PERMITS);
        Self {
            room: Arc::new(Semaphore::new(room)),
            places: Places::new(limits.connections_per_address),
            limits,
            conversations: TaskTracker::new(),
            stopping,
        }
    }

    /// A WebSocket at `/chat`, for those whom the policy lets in, as
    /// [`backpressure::websocket_route`] has it; `converse` has each as a line, in a task of
    /// its own. `address_of` says where a request comes from.
    pub fn router<C, F>(
        &self,
        policy: Policy,
        address_of: impl Fn(&Parts) -> IpAddr + Clone + Send + Sync + 'static,
        converse: C,
    ) -> Router
    where
        C: FnOnce(TungsteniteLine, Visit) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let upgrade = move |State(sockets): State<Self>, request: Request| async move {
            if let Err(refused) = check_handshake(&policy, &request) {
                return *refused;
            }
            let (parts, _body) = request.into_parts();
            let address = address_of(&parts);
            sockets.upgrade(parts, address, converse).await
        };
        Router::new()
            .route("/chat", any(upgrade))
            .with_state(self.clone())
    }

    async fn upgrade<C, F>(
        self,
        mut parts: Parts,
        address: IpAddr,
        converse: C,
    ) -> Response
    where
        C: FnOnce(TungsteniteLine, Visit) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let Ok(room) = self.room.try_acquire_owned() else {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        };
        let Some(place) = self.places.take(address) else {
            return StatusCode::TOO_MANY_REQUESTS.into_response();
        };
        let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
        let upgrade = match upgrade {
            Ok(upgrade) => upgrade,
            Err(refused) => return refused.into_response(),
        };
        let handover: Option<Handover> = parts.extensions.remove();
        let visit = Visit {
            address,
            parts,
            stopping: self.stopping,
        };
        // As long as there is one, the conversation is one of those that are waited for.
        let token = self.conversations.token();
        let config = self.limits.connection.clone();
        upgrade
            .max_message_size(config.limits.max_message)
            .max_frame_size(config.limits.max_message)
            .write_buffer_size(config.max_output)
            .read_buffer_size(READ_BUFFER)
            .on_upgrade(async move |websocket| {
                let intake = handover.map(Handover::take_over).unwrap_or_default();
                let line = TungsteniteLine::new(websocket, &config, intake);
                converse(line, visit).await;
                drop((place, room, token));
            })
    }

    /// Waits until the last conversation has ended. By then none may begin any more.
    ///
    /// # Cancel safety
    ///
    /// Safe: it may be called again.
    pub async fn ended(&self) {
        self.conversations.close();
        self.conversations.wait().await;
    }
}
