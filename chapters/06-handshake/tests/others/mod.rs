//! What others make of the same bytes: axum, and tungstenite in two versions.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::VecDeque;
use std::io::{self, Read, Write};

use axum::Router;
use axum::body::Body;
use axum::extract::WebSocketUpgrade;
use axum::routing::any;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tower::ServiceExt as _;

/// The version of a dependency that the workspace has locked: the one at `index`, oldest
/// first.
pub(crate) fn version_of(name: &str, index: usize) -> &'static str {
    let lock = include_str!("../../../../Cargo.lock");
    let entry = format!("name = \"{name}\"\nversion = \"");
    let rest = lock.split(&entry).nth(index + 1).expect("it is locked");
    rest.split('"').next().expect("a version ends")
}

/// An axum server with one route, which echoes. It ends with the connection.
pub(crate) async fn serve_axum<Io>(io: Io)
where
    Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let echo = async |ws: WebSocketUpgrade| {
        ws.protocols(["chat.v1"]).on_upgrade(async |mut socket| {
            while let Some(Ok(message)) = socket.recv().await {
                if socket.send(message).await.is_err() {
                    break;
                }
            }
        })
    };
    let router = Router::new().route("/chat", any(echo));
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(io), service)
        .with_upgrades();
    // What a client does to its connection is no matter of the server's.
    let _ = connection.await;
}

/// All that axum answers to these writes; before each but the first, it has come to wait.
pub(crate) async fn axum_answers(writes: &[&[u8]]) -> Vec<u8> {
    let (mut client, server) = tokio::io::duplex(64 << 10);
    let server = tokio::spawn(serve_axum(server));
    let mut answer = Vec::new();
    for bytes in writes {
        client.write_all(bytes).await.expect("the pipe is open");
        // The clock is paused: this passes when nothing more can happen.
        let patience = std::time::Duration::from_secs(1);
        let _ = tokio::time::timeout(patience, client.read_to_end(&mut answer)).await;
    }
    server.abort();
    answer
}

/// A stream that has these bytes to read, in so many reads, then ends.
#[derive(Debug)]
pub(crate) struct Script {
    incoming: VecDeque<Vec<u8>>,
    pub(crate) outgoing: Vec<u8>,
}

impl Script {
    pub(crate) fn new(reads: &[&[u8]]) -> Self {
        Self {
            incoming: reads.iter().map(|bytes| bytes.to_vec()).collect(),
            outgoing: Vec::new(),
        }
    }
}

impl Read for Script {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(bytes) = self.incoming.front_mut() else {
            return Ok(0);
        };
        let length = Read::read(&mut &bytes[..], buffer)?;
        bytes.drain(..length);
        if bytes.is_empty() {
            self.incoming.pop_front();
        }
        Ok(length)
    }
}

impl Write for Script {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(&mut self.outgoing, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
