//! A server on a link, and a client that says exactly what a test wants it to.

#![allow(dead_code, reason = "each test target uses its part of it")]

use std::future::Future;
use std::time::Duration;

use raw_http::{Client, Config, Handler, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use wiretap::{Dial, Link, LinkDialer, LinkListener, LinkStream, Listen, Recorder};

/// A server on a link without delay. It stops when it is told to, or with its test.
pub(crate) struct TestServer {
    dialer: LinkDialer,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl TestServer {
    pub(crate) fn start(config: Config, handler: impl Handler) -> Self {
        Self::on(&Link::new(), &Recorder::new("a test"), config, handler)
    }

    pub(crate) fn on(
        link: &Link,
        recorder: &Recorder,
        config: Config,
        handler: impl Handler,
    ) -> Self {
        let (dialer, listener) = link.network(recorder);
        let (stop, stopped) = oneshot::channel();
        let shutdown = async { drop(stopped.await) };
        let task = tokio::spawn(serve(listener, handler, config, shutdown));
        Self {
            dialer,
            stop: Some(stop),
            task,
        }
    }

    pub(crate) fn dialer(&self) -> LinkDialer {
        self.dialer.clone()
    }

    /// Opens a connection and sends these bytes on it.
    pub(crate) async fn say(&self, bytes: impl AsRef<[u8]>) -> Peer {
        let mut peer = Peer(self.dialer.dial().await.expect("the server listens"));
        peer.say(bytes).await;
        peer
    }

    /// Says that the server is to stop.
    pub(crate) fn stop(&mut self) {
        self.stop.take();
    }

    /// Waits until it has, and gives the time that took.
    pub(crate) async fn stopped(self) -> Duration {
        let start = Instant::now();
        self.task.await.expect("the server does not panic");
        start.elapsed()
    }
}

/// The client's end of one connection.
pub(crate) struct Peer(pub(crate) LinkStream);

impl Peer {
    pub(crate) async fn say(&mut self, bytes: impl AsRef<[u8]>) {
        let result = self.0.write_all(bytes.as_ref()).await;
        result.expect("the connection is open");
    }

    /// Everything up to the server's end of the stream.
    pub(crate) async fn hear_all(&mut self) -> String {
        let mut heard = String::new();
        let result = self.0.read_to_string(&mut heard).await;
        result.expect("the stream ends in peace");
        heard
    }

    /// As much as `expected` is long.
    pub(crate) async fn hear(&mut self, expected: &str) {
        let mut heard = vec![0; expected.len()];
        let result = self.0.read_exact(&mut heard).await;
        result.expect("the stream is long enough");
        assert_eq!(String::from_utf8_lossy(&heard), expected);
    }
}

/// How long `future` takes on the paused clock, and what it gives.
pub(crate) async fn timed<T>(future: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let value = future.await;
    (value, start.elapsed())
}

/// A client on a link without delay, and what it dials.
pub(crate) fn network(recorder: &Recorder) -> (Client<LinkDialer>, LinkListener) {
    let (dialer, listener) = Link::new().network(recorder);
    (Client::new(dialer, "x"), listener)
}

/// The length of the shortest request that such a client sends.
pub(crate) const GET_LENGTH: usize = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".len();

/// A server that plays a part: on each connection in turn it reads a request, says its
/// line, and ends its side.
pub(crate) fn actor(
    mut listener: LinkListener,
    lines: impl IntoIterator<Item = &'static str> + Send + 'static,
) -> JoinHandle<()> {
    let lines: Vec<_> = lines.into_iter().collect();
    tokio::spawn(async move {
        for line in lines {
            let mut io = listener.accept().await.expect("the client dials");
            let request = io.read_exact(&mut [0; GET_LENGTH]).await;
            request.expect("the request comes");
            io.write_all(line.as_bytes()).await.expect("it is open");
            io.shutdown().await.expect("it is open");
        }
    })
}
