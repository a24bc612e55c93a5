//! The door over HTTP: who asks, from where, and what is answered.

mod account;
mod answer;
mod cookie;
mod forwarded;
mod guard;
mod headers;
mod origin;
mod posted;
mod room;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};

use crate::api::{ErrorCode, Problem};
use crate::error::{Denied, KeeperError};
use crate::keeper::Keeper;

pub use forwarded::{Client, client_address};
pub use guard::{Held, guard};
pub use headers::CONTENT_SECURITY_POLICY;
pub use origin::policy;

/// The API, without anything in front of it: it is to stand behind [`guard`], which says to
/// it where a request comes from.
pub fn router(keeper: Keeper) -> Router {
    let router = Router::new()
        .route("/api/sign-up", post(account::sign_up))
        .route("/api/sign-in", post(account::sign_in))
        .route("/api/sign-out", post(account::sign_out))
        .route("/api/password", post(account::password))
        .route("/api/me", get(account::me))
        .route("/api/ticket", post(account::ticket))
        .route("/api/rooms", get(room::list).post(room::create))
        .route("/api/rooms/{room}/enter", post(room::enter))
        .route("/api/rooms/{room}/invite", post(room::invite))
        .route("/api/rooms/{room}/leave", post(room::leave))
        .route("/api/rooms/{room}/read", post(room::read))
        .route("/api/direct", post(room::direct))
        .route("/api/{*rest}", any(not_found))
        .method_not_allowed_fallback(wrong_method);
    router
        .layer(from_fn_with_state(keeper.clone(), report))
        .with_state(keeper)
}

/// Tells the operator what is wrong, of which the client hears only that something is.
async fn report(
    State(keeper): State<Keeper>,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    if let Some(error) = response.extensions().get::<KeeperError>() {
        keeper.report(error);
    }
    response
}

async fn not_found() -> Response {
    let text = "there is nothing at this path";
    Denied::from(Problem::new(ErrorCode::NotFound, text)).into_response()
}

async fn wrong_method() -> Response {
    let text = "not with this method";
    Denied::from(Problem::new(ErrorCode::WrongMethod, text)).into_response()
}
