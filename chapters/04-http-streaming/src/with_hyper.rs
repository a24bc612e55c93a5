//! The same server with hyper 1.x: our handler and our sources, its HTTP.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, server};
use hyper_util::rt::{TokioIo, TokioTimer};
use raw_http::{Config, Version};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;
use wiretap::Listen;

use crate::server::{Answer, Handler, Source, serve_each};

/// hyper takes no smaller limit for its buffers.
const SMALLEST_BUFFER: usize = 8 << 10;

/// Whole or streamed, and no failure of ours ends it early.
type Body = UnsyncBoxBody<Bytes, Infallible>;

/// Serves as [`serve`](crate::serve) does. Of the [`Config`] hyper takes the limits of a
/// head, which also limit what it gathers for a reader, and the deadline for it; accepting, counting, stopping and draining are for us to
/// do with it as without it; and there is no deadline for a reader that takes nothing.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once.
pub async fn serve<L: Listen, H: Handler>(
    listener: L,
    handler: H,
    config: Config,
    shutdown: impl Future<Output = ()>,
) {
    let serve_one =
        |io, stopping| serve_one(io, handler.clone(), config.clone(), stopping);
    serve_each(listener, &config, shutdown, serve_one).await;
}

/// Serves one connection to its end.
async fn serve_one<H: Handler>(
    io: impl AsyncRead + AsyncWrite + Unpin,
    handler: H,
    config: Config,
    stopping: CancellationToken,
) {
    let service = service_fn(|request| respond(&handler, &config, &stopping, request));
    let connection = server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(config.head_deadline)
        .max_headers(config.limits.header_count)
        // Of what it reads and of what it writes: unless it is told, hyper gathers some
        // 400 KiB for a reader that does not read.
        .max_buf_size(config.limits.head_bytes.max(SMALLEST_BUFFER))
        .auto_date_header(config.clock.is_some())
        .serve_connection(TokioIo::new(io), service);
    let mut connection = pin!(connection);
    // A stream that fails has nobody left to be told.
    tokio::select! {
        _ended = connection.as_mut() => return,
        () = stopping.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ended = connection.await;
}

/// Turns hyper's request into ours, and our answer into hyper's.
async fn respond<H: Handler>(
    handler: &H,
    config: &Config,
    stopping: &CancellationToken,
    request: Request<Incoming>,
) -> Result<Response<Body>, hyper::http::Error> {
    let answer = match read(request, config.limits.body_bytes).await {
        Some(request) => handler.call(request).await,
        None => Answer::Whole(raw_http::Response::text(413, "")),
    };
    let (status, fields, body) = match answer {
        Answer::Whole(whole) => {
            let body = Full::new(whole.body).boxed_unsync();
            (whole.status, whole.headers, body)
        }
        Answer::Stream(fields, source) => {
            let frames = frames(source, stopping.clone());
            (200, fields, StreamBody::new(frames).boxed_unsync())
        }
    };
    let mut response = Response::builder().status(status);
    for (name, value) in fields.iter() {
        response = response.header(name, value);
    }
    response.body(body)
}

/// A source as the frames of a body, until the server stops.
fn frames<S: Source>(
    source: S,
    stopping: CancellationToken,
) -> impl Stream<Item = Result<Frame<Bytes>, Infallible>> {
    unfold(source, move |mut source| {
        let stopping = stopping.clone();
        async move {
            let piece = tokio::select! {
                biased;
                piece = source.next() => piece?,
                () = stopping.cancelled() => return None,
            };
            Some((Ok(Frame::data(piece)), source))
        }
    })
}

/// `None` when the body is longer than the limit, or does not come whole.
async fn read(request: Request<Incoming>, limit: usize) -> Option<raw_http::Request> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, limit).collect().await.ok()?.to_bytes();
    let mut ours = raw_http::Request::new(head.method.as_str(), head.uri.to_string());
    ours.version = match head.version {
        hyper::Version::HTTP_10 => Version::Http10,
        _ => Version::Http11,
    };
    for (name, value) in &head.headers {
        // What is no text is of no use to our handlers.
        if let Ok(value) = value.to_str() {
            let _ = ours.headers.try_append(name.as_str(), value);
        }
    }
    ours.body = body;
    Some(ours)
}
