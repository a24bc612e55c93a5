//! From a request of axum to a stream that chapter 9's connection takes over.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use handshake::{Accepted, Policy, Refusal};
use hyper::upgrade::{OnUpgrade, on};
use raw_http::{Headers, RequestHead, Version};

use crate::patience::Intake;

/// Where a request leaves what will become of its connection, for the task that serves that
/// connection: so one task has it, from the first byte to the last. Whoever upgrades a request
/// otherwise takes it out of the request's extensions, and has to
/// [take the stream over](Self::take_over).
#[derive(Debug, Clone, Default)]
pub struct Handover {
    left: Arc<Mutex<Option<(OnUpgrade, Parts)>>>,
    intake: Intake,
}

impl Handover {
    /// When the stream has come: from now on its new owner keeps the deadlines, and
    /// [`Limits::answer`](crate::Limits::answer) is none of them.
    pub fn take_over(self) -> Intake {
        self.intake.take_over();
        self.intake
    }

    pub(crate) fn intake(&self) -> Intake {
        self.intake.clone()
    }

    fn leave(&self, upgrade: OnUpgrade, parts: Parts) {
        let left = Some((upgrade, parts));
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = left;
    }

    pub(crate) fn take(&self) -> Option<(OnUpgrade, Parts)> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.take()
    }
}

/// A WebSocket at `/chat`, for those whom the policy lets in: chapter 9's, on a connection
/// that [`serve_websockets`](crate::serve_websockets) has accepted. Anywhere else there is
/// nobody to take it over, and every request is answered 500.
pub fn websocket_route(policy: Policy) -> Router {
    let upgrade = move |request: Request| {
        let response = upgrade(&policy, request);
        async move { response }
    };
    Router::new().route("/chat", any(upgrade))
}

/// Chapter 6 decides about the request, and what hyper gives away after the 101 is left for
/// chapter 9.
fn upgrade(policy: &Policy, mut request: Request) -> Response {
    // What is left there has the request's extensions: it must not hold itself.
    let Some(handover) = request.extensions_mut().remove::<Handover>() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match check_handshake(policy, &request) {
        Ok(terms) => {
            let upgrade = on(&mut request);
            handover.leave(upgrade, request.into_parts().0);
            switching_protocols(&terms)
        }
        Err(refused) => *refused,
    }
}

/// Has chapter 6 decide about a request: the terms of a WebSocket, or the answer that says
/// why there is none.
///
/// # Errors
///
/// When the request is no handshake, or not one that the policy lets in.
pub fn check_handshake(
    policy: &Policy,
    request: &Request,
) -> Result<Accepted, Box<Response>> {
    let terms = policy.check(&head_of(request));
    terms.map_err(|refusal| Box::new(refused(&refusal)))
}

/// The request, as chapter 6 knows it. A field that is not text stands for none: no field of
/// a handshake is.
fn head_of(request: &Request) -> RequestHead {
    let mut headers = Headers::new();
    for (name, value) in request.headers() {
        if let Ok(value) = value.to_str() {
            headers.append(name.as_str(), value);
        }
    }
    RequestHead {
        method: request.method().to_string(),
        target: request.uri().to_string(),
        version: match request.version() {
            axum::http::Version::HTTP_10 => Version::Http10,
            _ => Version::Http11,
        },
        headers,
    }
}

fn switching_protocols(terms: &Accepted) -> Response {
    let fields = [
        (UPGRADE, "websocket"),
        (CONNECTION, "Upgrade"),
        (SEC_WEBSOCKET_ACCEPT, &terms.sec_websocket_accept),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, fields, Body::empty()).into_response()
}

/// What chapter 6 answers, with its fields: a 426 has to say to what (RFC 9110 §15.5.22), and
/// a 405 what is allowed (§15.5.6).
fn refused(refusal: &Refusal) -> Response {
    let answer = refusal.response();
    let fields = answer.headers.iter();
    let head = Response::builder().status(answer.status);
    let head = fields.fold(head, |head, (name, value)| head.header(name, value));
    head.body(Body::from(answer.body)).expect("good fields")
}
