//! `serve`: many connections, and their end.

use std::time::Duration;

use connection::{
    CloseCode, Closed, Config, Event, Message, Reader, ServerConfig, Writer, accept,
    connect, echo, serve,
};
use handshake::{Offer, Policy};
use raw_http::RequestHead;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use wiretap::{Dial, Link, LinkDialer, LinkStream, Recorder, harness};

type Client = (Reader<LinkStream>, Writer<LinkStream>);

/// An echo server, which is told to stop by dropping the sender.
fn server(config: ServerConfig) -> (LinkDialer, oneshot::Sender<()>, JoinHandle<()>) {
    let link = Link::new().rtt(Duration::from_millis(100));
    let (dialer, listener) = link.network(&Recorder::new("a server"));
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { drop(stopped.await) };
    let policy = Policy::default();
    let decide = move |request: &RequestHead| {
        let handler = |websocket| async { drop(echo(websocket).await) };
        Ok((policy.check(request)?, handler))
    };
    let server = tokio::spawn(serve(listener, config, decide, shutdown));
    (dialer, stop, server)
}

async fn client(dialer: &LinkDialer) -> Client {
    let io = dialer.dial().await.expect("a connection");
    let offer = Offer::new(&"ws://echo.test/".parse().expect("a URL"));
    let connected = connect(io, offer, Config::default()).await;
    connected.expect("a handshake").0.split()
}

async fn answer(reader: &mut Reader<LinkStream>) -> Option<String> {
    match reader.read().await? {
        Event::Message(Message::Text(text)) => Some(text.into_owned()),
        other => Some(format!("{other:?}")),
    }
}

#[test]
fn rfc6455_7_4_1_everybody_is_told_1001_when_the_server_stops() {
    harness::run("a hundred clients", async {
        let (dialer, stop, server) = server(ServerConfig::default());
        let mut clients = Vec::new();
        for n in 0..100 {
            let (mut reader, mut writer) = client(&dialer).await;
            let text = format!("I am {n}");
            writer
                .send(Message::Text(text.as_str().into()))
                .await
                .expect("open");
            assert_eq!(answer(&mut reader).await, Some(text));
            clients.push(tokio::spawn(async move {
                let _writer = writer;
                let event = format!("{:?}", reader.read().await);
                (event, reader.read().await.is_none())
            }));
        }
        let start = Instant::now();
        drop(stop);
        for client in clients {
            let (event, over) = client.await.expect("no panic");
            let gone = Closed::Agreed(Some((CloseCode::GOING_AWAY, String::new())));
            assert_eq!(event, format!("{:?}", Some(Event::Closed(gone))));
            assert!(over);
        }
        server.await.expect("no panic");
        // The Close, its echo, and the ends of the two streams: two round trips at most.
        assert!(
            start.elapsed() <= Duration::from_millis(200),
            "{:?}",
            start.elapsed()
        );
        assert!(dialer.dial().await.is_err(), "nobody listens");
    });
}

#[test]
fn who_does_not_close_is_cut_off_at_the_deadline() {
    harness::run("a client that reads nothing", async {
        let config = ServerConfig {
            drain_deadline: Duration::from_secs(3),
            ..ServerConfig::default()
        };
        let (dialer, stop, server) = server(config);
        let (_reader, _writer) = client(&dialer).await;
        sleep(Duration::from_secs(1)).await;
        let start = Instant::now();
        drop(stop);
        server.await.expect("no panic");
        assert_eq!(start.elapsed(), Duration::from_secs(3));
    });
}

#[test]
fn a_handshake_under_way_is_given_up_when_the_server_stops() {
    harness::run("half a request", async {
        let (dialer, stop, server) = server(ServerConfig::default());
        let mut io = dialer.dial().await.expect("a connection");
        io.write_all(b"GET / HTTP/1.1\r\nHost: echo")
            .await
            .expect("sent");
        sleep(Duration::from_secs(1)).await;
        let start = Instant::now();
        drop(stop);
        server.await.expect("no panic");
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(io.read(&mut [0]).await.unwrap_or_default(), 0);
    });
}

/// The cancel safety that `serve` documents: to drop it is to cut everybody off.
#[test]
fn a_server_that_is_dropped_leaves_nothing_behind() {
    harness::run("a crash with a client and half a request", async {
        let (dialer, _stop, server) = server(ServerConfig::default());
        let (mut reader, _writer) = client(&dialer).await;
        let mut io = dialer.dial().await.expect("a connection");
        io.write_all(b"GET / HTTP/1.1\r\nHost: echo")
            .await
            .expect("sent");
        sleep(Duration::from_secs(1)).await;
        server.abort();
        assert_eq!(reader.read().await, Some(Event::Closed(Closed::Lost)));
        assert_eq!(io.read(&mut [0]).await.unwrap_or_default(), 0);
        assert!(dialer.dial().await.is_err(), "nobody listens");
    });
}

/// The cancel safety that `accept` and `connect` document, at each byte of the handshake.
#[test]
fn a_handshake_that_is_dropped_closes_its_stream() {
    harness::run("handshakes given up after each byte", async {
        let request = b"GET / HTTP/1.1\r\nHost: echo.test\r\nUpgrade: websocket\r\n\
            Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        for length in 0..request.len() {
            let link = Link::new();
            let (mut near, far) = link.pair(&Recorder::new("accept"));
            near.write_all(&request[..length]).await.expect("sent");
            let limits = raw_http::Limits::default();
            let decide = |request: &RequestHead| Policy::default().check(request);
            let accepting = accept(far, &limits, decide, Config::default());
            let given_up = timeout(Duration::from_secs(1), accepting).await;
            assert!(given_up.is_err(), "{length} bytes are no handshake");
            assert_eq!(near.read(&mut [0]).await.unwrap_or_default(), 0);

            let (near, mut far) = link.pair(&Recorder::new("connect"));
            let answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket";
            let length = length.min(answer.len());
            far.write_all(&answer[..length]).await.expect("sent");
            let offer = Offer::new(&"ws://echo.test/".parse().expect("a URL"));
            let connecting = connect(near, offer, Config::default());
            let given_up = timeout(Duration::from_secs(1), connecting).await;
            assert!(given_up.is_err(), "{length} bytes are no answer");
            let mut request = Vec::new();
            let _ = far.read_to_end(&mut request).await;
            assert!(request.ends_with(b"\r\n\r\n"), "and then the end");
        }
    });
}

#[test]
fn a_handshake_has_a_deadline() {
    harness::run("a client that does not go on", async {
        let (dialer, _stop, _server) = server(ServerConfig::default());
        let mut io = dialer.dial().await.expect("a connection");
        let start = Instant::now();
        io.write_all(b"GET / HTTP/1.1\r\n").await.expect("sent");
        let read = io.read(&mut [0]).await.unwrap_or_default();
        assert_eq!((read, start.elapsed().as_secs()), (0, 10));
    });
}

#[test]
fn at_most_so_many_at_a_time() {
    harness::run("two clients, and room for one", async {
        let config = ServerConfig {
            max_connections: 1,
            ..ServerConfig::default()
        };
        let (dialer, _stop, _server) = server(config);
        let (mut reader, mut writer) = client(&dialer).await;
        let second = tokio::spawn({
            let dialer = dialer.clone();
            async move { client(&dialer).await }
        });
        sleep(Duration::from_secs(5)).await;
        assert!(!second.is_finished(), "it waits in the listener's queue");
        writer.close(CloseCode::NORMAL, "").expect("it is open");
        while reader.read().await.is_some() {}
        second.await.expect("it has its turn");
    });
}

#[test]
fn a_handler_that_panics_takes_its_own_connection_only() {
    let message = std::panic::catch_unwind(|| {
        harness::run("one of two handlers panics", async {
            let (dialer, listener) = Link::new().network(&Recorder::new("panic"));
            let decide = move |request: &RequestHead| {
                let fails = request.target == "/fail";
                let handler = move |websocket| async move {
                    assert!(!fails, "the handler of /fail");
                    drop(echo(websocket).await);
                };
                Ok((Policy::default().check(request)?, handler))
            };
            let config = ServerConfig::default();
            tokio::spawn(serve(listener, config, decide, std::future::pending()));
            let (mut reader, mut writer) = client(&dialer).await;
            let io = dialer.dial().await.expect("a connection");
            let offer = Offer::new(&"ws://x/fail".parse().expect("a URL"));
            let (websocket, _) =
                connect(io, offer, Config::default()).await.expect("open");
            let (mut lost, _writer) = websocket.split();
            let event = lost.read().await;
            assert_eq!(event, Some(Event::Closed(Closed::Lost)));
            writer
                .send(Message::Text("still".into()))
                .await
                .expect("it is open");
            assert_eq!(answer(&mut reader).await.as_deref(), Some("still"));
        });
    });
    // The harness reports a panic of any task: it must be that one and no other.
    let message = message.expect_err("a task has panicked");
    let message = message.downcast::<String>().expect("a text");
    assert!(
        message.contains("a task panicked: the handler of /fail"),
        "{message}"
    );
}
