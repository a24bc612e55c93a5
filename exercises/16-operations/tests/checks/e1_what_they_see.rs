//! axum's server is stopped, and what its clients see is compared with the prediction.

use std::future::IntoFuture as _;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::routing::get;
use chat::Listening;
use connection::{Config, Event, Message, connect};
use handshake::Offer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;
use wiretap::verdict::{self, Rule};
use wiretap::{Dial as _, Link, LinkDialer, LinkStream, Recorder, harness};

use crate::subject::e1_what_they_see::prediction;

const IDLE: Rule = Rule::new(
    "axum 0.8.9, `with_graceful_shutdown`",
    "A connection on which no request is under way is closed at once.",
);
const BEGUN: Rule = Rule::new(
    "axum 0.8.9, `with_graceful_shutdown`",
    "A request that has begun is answered, and then its connection is closed.",
);
const UPGRADED: Rule = Rule::new(
    "axum 0.8.9, `with_graceful_shutdown`",
    "A WebSocket's request was answered long since, with 101: nobody tells it anything, and \
     nobody waits for it.",
);
const NEW: Rule = Rule::new(
    "axum 0.8.9, `with_graceful_shutdown`",
    "The listener is dropped: from then on connections are refused.",
);
const OVER: Rule = Rule::new(
    "axum 0.8.9, `with_graceful_shutdown`",
    "It is over when the last request that had begun is answered.",
);

const PAGE: &[u8] = b"GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n";
const SLOW: &[u8] = b"GET /slow HTTP/1.1\r\nHost: chat.test\r\n\r\n";

#[test]
fn what_is_seen_from_the_signal_on() {
    let yours = prediction();
    known_mistakes(&yours);
    let seen = harness::run("a server stops", play());
    let rules = [IDLE, IDLE, BEGUN, BEGUN, UPGRADED, NEW, OVER];
    for (at, (seen, yours)) in seen.iter().zip(yours).enumerate() {
        if seen != yours {
            let why = format!("Number {}: {seen:?}, and you have {yours:?}.", at + 1);
            verdict::fail(rules[at], why);
        }
    }
}

/// What is easily taken for the answer, and why it is not.
fn known_mistakes(yours: &[&[&str]; 7]) {
    if yours[0].is_empty() || yours[1].is_empty() {
        let why = "1 and 2: the server would wait for clients that have nothing to say, for \
                   as long as they like.";
        verdict::fail(IDLE, why);
    }
    if yours[2].first() == Some(&"closed at 0") {
        let why = "3: its request has begun. That only the half of it is there does not \
                   count, however long it takes.";
        verdict::fail(BEGUN, why);
    }
    for number in [2, 3] {
        if yours[number].len() == 1 {
            let why =
                "3 and 4: the answer says `connection: close`, and then it is closed.";
            verdict::fail(BEGUN, why);
        }
    }
    let told = |seen: &&&str| seen.starts_with("close");
    if let Some(seen) = yours[4].iter().find(told) {
        let why = format!(
            "5: `{seen}` is what a WebSocket would have to be told. Who does that?"
        );
        verdict::fail(UPGRADED, why);
    }
    if yours[4].is_empty() {
        let why = "5: the task that holds the WebSocket runs on, as long as the program \
                   does.";
        verdict::fail(UPGRADED, why);
    }
    let why = "6: nothing listens any more that could answer with 503.";
    verdict::mistake(NEW, &["answer at 1", "closed at 1"][..], yours[5], why);
    let why = "7: it does not wait for the WebSocket. What does a program do next?";
    verdict::mistake(OVER, &["over at 3"][..], yours[6], why);
    verdict::mistake(OVER, &[][..] as &[&str], yours[6], why);
}

/// When the signal comes, and until when the clients watch.
#[derive(Clone, Copy)]
struct Times {
    signal: Instant,
}

impl Times {
    fn after(self, seconds: u64) -> Instant {
        self.signal + Duration::from_secs(seconds)
    }

    /// Something that is seen now.
    fn now(self, what: &str) -> String {
        format!("{what} at {}", self.signal.elapsed().as_secs())
    }
}

async fn play() -> Vec<Vec<String>> {
    let (dialer, listener) = Link::new().network(&Recorder::new("a server stops"));
    let times = Times {
        signal: Instant::now() + Duration::from_secs(1),
    };
    let stop = CancellationToken::new();
    let served = axum::serve(Listening(listener), router(times))
        .with_graceful_shutdown(stop.clone().cancelled_owned());
    let over = tokio::spawn(async move {
        served.into_future().await.expect("it never fails");
        vec![times.now("over")]
    });
    let clients = [
        tokio::spawn(asks(dialer.clone(), times, b"", b"")),
        tokio::spawn(asks(dialer.clone(), times, PAGE, b"")),
        tokio::spawn(asks(dialer.clone(), times, &PAGE[..20], &PAGE[20..])),
        tokio::spawn(asks(dialer.clone(), times, SLOW, b"")),
        tokio::spawn(talks(dialer.clone(), times)),
        tokio::spawn(comes_late(dialer, times)),
        over,
    ];
    sleep_until(times.signal).await;
    stop.cancel();
    let mut seen = Vec::new();
    for client in clients {
        let ended = timeout_at(times.after(20), client).await;
        seen.push(ended.map_or_else(|_| Vec::new(), |it| it.expect("no panic")));
    }
    seen
}

fn router(times: Times) -> Router {
    let slow = move || async move {
        sleep_until(times.after(2)).await;
        "at last"
    };
    let chat = |ws: WebSocketUpgrade| async { ws.on_upgrade(echo) };
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/slow", get(slow))
        .route("/chat", get(chat))
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if socket.send(message).await.is_err() {
            return;
        }
    }
}

/// A client that sends something before the signal, and something a second after it.
async fn asks(
    dialer: LinkDialer,
    times: Times,
    before: &'static [u8],
    after: &'static [u8],
) -> Vec<String> {
    let mut io = dialer.dial().await.expect("it listens");
    io.write_all(before).await.expect("it is open");
    // What is answered before the signal is not what was asked.
    let mut bytes = [0; 1024];
    let _ =
        timeout_at(times.signal - Duration::from_millis(1), io.read(&mut bytes)).await;
    watch(io, times, after).await
}

async fn watch(mut io: LinkStream, times: Times, after: &[u8]) -> Vec<String> {
    let mut seen = Vec::new();
    let mut bytes = [0; 1024];
    let mut send_at = Some(times.after(1));
    loop {
        let until = send_at.unwrap_or_else(|| times.after(10));
        match timeout_at(until, io.read(&mut bytes)).await {
            Ok(Ok(length)) if bytes[..length].starts_with(b"HTTP/1.1 ") => {
                seen.push(times.now("answer"));
            }
            Ok(Ok(length)) if length > 0 => {}
            Ok(_) => {
                seen.push(times.now("closed"));
                return seen;
            }
            Err(_) if send_at.take().is_some() => {
                // If it is closed by now, that is seen next.
                let _ = io.write_all(after).await;
            }
            Err(_) => return seen,
        }
    }
}

async fn talks(dialer: LinkDialer, times: Times) -> Vec<String> {
    let io = dialer.dial().await.expect("it listens");
    let offer = Offer::new(&"ws://chat.test/chat".parse().expect("a URL"));
    let opened = connect(io, offer, Config::default()).await;
    let (mut reader, mut writer) = opened.expect("a handshake").0.split();
    let mut seen = Vec::new();
    let mut say_at = Some(times.after(3));
    loop {
        let until = say_at.unwrap_or_else(|| times.after(10));
        match timeout_at(until, reader.read()).await {
            Ok(Some(Event::Message(_))) => seen.push(times.now("echo")),
            Ok(Some(Event::Closed(closed))) => {
                let what = match closed.code() {
                    1006 => "closed",
                    _ => "close frame",
                };
                seen.push(times.now(what));
                return seen;
            }
            Ok(Some(_)) => {}
            Ok(None) => return seen,
            Err(_) if say_at.take().is_some() => {
                let _ = writer.send(Message::Text("still there?".into())).await;
            }
            Err(_) => return seen,
        }
    }
}

async fn comes_late(dialer: LinkDialer, times: Times) -> Vec<String> {
    sleep_until(times.after(1)).await;
    match dialer.dial().await {
        Ok(mut io) => {
            let _ = io.write_all(PAGE).await;
            watch(io, times, b"").await
        }
        Err(_) => vec![times.now("refused")],
    }
}
