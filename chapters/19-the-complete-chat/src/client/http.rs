//! Requests over HTTP/1.1, one at a time on each connection.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use gatekeeping::api::Secret;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use wiretap::Dial;

/// The most bytes of an answer: what a server keeps for a line that is polled, escaped, and
/// the largest message besides.
const MAX_ANSWER: usize = 8 << 20;

/// A server, and a connection to it that is kept for the next request.
pub(super) struct Http<D> {
    dialer: D,
    host: String,
    kept: Mutex<Option<SendRequest<Full<Bytes>>>>,
}

/// What is to be sent.
pub(super) struct Asked<'a> {
    pub(super) method: Method,
    pub(super) path: &'a str,
    /// JSON.
    pub(super) body: Option<String>,
    pub(super) cookie: Option<Secret>,
    /// How long to wait for the whole answer.
    pub(super) patience: Duration,
}

/// What came.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl<D: Dial> Http<D> {
    pub(super) fn new(dialer: D, host: String) -> Self {
        let kept = Mutex::default();
        Self { dialer, host, kept }
    }

    /// Sends a request, and reads the whole answer. `Err` says in words why there is none:
    /// then the server may have acted upon the request, or not.
    ///
    /// To drop the future is to give up, with the connection.
    pub(super) async fn send(&self, asked: Asked<'_>) -> Result<Answer, String> {
        let patience = asked.patience;
        let answered = timeout(patience, self.exchange(asked)).await;
        answered.unwrap_or_else(|_late| Err("no answer in time".to_owned()))
    }

    async fn exchange(&self, asked: Asked<'_>) -> Result<Answer, String> {
        let mut request = self.request(asked)?;
        // One that the server has closed meanwhile gives the request back.
        if let Some(mut kept) = self.take()
            && kept.ready().await.is_ok()
        {
            match kept.try_send_request(request).await {
                Ok(response) => return self.read(kept, response).await,
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(error.into_error().to_string()),
                },
            }
        }
        let mut fresh = self.connect().await?;
        let response = fresh.send_request(request).await.map_err(words)?;
        self.read(fresh, response).await
    }

    fn request(&self, asked: Asked<'_>) -> Result<Request<Full<Bytes>>, String> {
        let mut request = Request::builder()
            .method(asked.method)
            .uri(asked.path)
            .header(header::HOST, &self.host)
            .header(header::ACCEPT, "application/json");
        if let Some(cookie) = asked.cookie {
            request = request.header(header::COOKIE, cookie.reveal());
        }
        if asked.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = Full::from(asked.body.unwrap_or_default());
        request.body(body).map_err(words)
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, String> {
        let io = self.dialer.dial().await.map_err(words)?;
        let (sender, connection) = handshake(TokioIo::new(io)).await.map_err(words)?;
        // It ends when its sender is dropped, or the server ends it.
        tokio::spawn(connection);
        Ok(sender)
    }

    /// Reads the body, after which the connection is good for another request.
    async fn read(
        &self,
        sender: SendRequest<Full<Bytes>>,
        response: http::Response<hyper::body::Incoming>,
    ) -> Result<Answer, String> {
        let (head, body) = response.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await;
        let body = body.map_err(words)?.to_bytes();
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body,
        })
    }

    fn take(&self) -> Option<SendRequest<Full<Bytes>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.take()
    }
}

fn words(error: impl fmt::Display) -> String {
    error.to_string()
}

impl<'a> Asked<'a> {
    pub(super) fn get(path: &'a str, patience: Duration) -> Self {
        Self {
            method: Method::GET,
            path,
            body: None,
            cookie: None,
            patience,
        }
    }

    pub(super) fn post(path: &'a str, body: String, patience: Duration) -> Self {
        let (method, body) = (Method::POST, Some(body));
        Self {
            method,
            body,
            ..Self::get(path, patience)
        }
    }
    pub(super) fn with_cookie(self, cookie: Option<Secret>) -> Self {
        Self { cookie, ..self }
    }
}

impl Answer {
    /// The cookie with one of these names that it sets, as it is sent back: without its
    /// attributes. Whoever knows one server, and sends each cookie where it belongs, has no
    /// more to do with it (RFC 6265 §5.4).
    pub(super) fn cookie(&self, names: &[&str]) -> Option<Secret> {
        let set = self.headers.get_all(header::SET_COOKIE).iter();
        let mut pairs = set.filter_map(|value| value.to_str().ok()?.split(';').next());
        let is_one = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default().trim();
            names.contains(&name)
        };
        pairs.find(is_one).map(|pair| Secret::new(pair.trim()))
    }
}

/// Whether the same request may be answered otherwise a little later.
pub(super) fn is_for_now(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}
