//! A server stops, with conversations, half a head, and clients that do not answer.

use std::time::Duration;

use chat::Listening;
use connection::{Config, Event, Message, WebSocket, connect};
use handshake::Offer;
use tokio::io::AsyncWriteExt as _;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use wiretap::verdict::{self, Rule};
use wiretap::{Dial as _, Link, LinkDialer, LinkStream, Recorder, harness};

use crate::subject::e2_left_behind::{DEADLINE, DISK, Log, serve};

const ACKNOWLEDGED: Rule = Rule::new(
    "chapter 16",
    "What was read is kept and acknowledged before the conversation ends.",
);
const TOLD: Rule = Rule::new(
    "the registry that RFC 6455 §11.7 began",
    "1012 says that the server restarts. Each client is told that.",
);
const WAITS: Rule = Rule::new(
    "chapter 16",
    "When `serve` returns, the program ends: so it returns behind the last conversation.",
);
const BOUND: Rule = Rule::new(
    "chapter 16",
    "The end has a deadline, whoever has not come to an end by then.",
);
const AT_ONCE: Rule = Rule::new(
    "the exercise",
    "Nothing is waited for but conversations and requests.",
);

struct Scene {
    dialer: LinkDialer,
    log: Log,
    stop: CancellationToken,
    served: JoinHandle<Instant>,
}

/// What a client has heard, and when.
type Heard = Vec<(Instant, String)>;

fn scene() -> Scene {
    let (dialer, listener) = Link::new().network(&Recorder::new("a server stops"));
    let (log, stop) = (Log::default(), CancellationToken::new());
    let (keeps, stops) = (log.clone(), stop.clone());
    let served = tokio::spawn(async move {
        serve(Listening(listener), keeps, stops).await;
        Instant::now()
    });
    Scene {
        dialer,
        log,
        stop,
        served,
    }
}

impl Scene {
    async fn open(&self) -> WebSocket<LinkStream> {
        let io = self.dialer.dial().await.expect("it listens");
        let offer = Offer::new(&"ws://chat.test/chat".parse().expect("a URL"));
        connect(io, offer, Config::default()).await.expect("101").0
    }

    /// A client that says this, and listens.
    async fn says(&self, words: &'static [&'static str]) -> JoinHandle<Heard> {
        let (mut reader, mut writer) = self.open().await.split();
        for text in words {
            let sent = writer.send(Message::Text((*text).into())).await;
            sent.expect("it is open");
        }
        tokio::spawn(async move {
            // Without the writer there would be nobody to answer the Close.
            let _writer = writer;
            let mut heard = Vec::new();
            while let Some(event) = reader.read().await {
                let what = match event {
                    Event::Message(Message::Text(text)) => text.to_string(),
                    Event::Closed(closed) => format!("close {}", closed.code()),
                    _ => continue,
                };
                heard.push((Instant::now(), what));
            }
            heard
        })
    }

    /// Stops the server; how long it took to end.
    async fn stopped(&mut self) -> (Instant, Duration) {
        self.stop.cancel();
        let begun = Instant::now();
        match timeout(3 * DEADLINE, &mut self.served).await {
            Ok(ended) => {
                let ended = ended.expect("no panic");
                (ended, ended - begun)
            }
            Err(_) => verdict::fail(
                BOUND,
                format!("{:?} after `stop` it has not returned.", 3 * DEADLINE),
            ),
        }
    }
}

/// What a client has heard by the time at which the program ended.
async fn heard(client: JoinHandle<Heard>, ended: Instant) -> Vec<String> {
    // A client that hears of no end listens on. A second later it has heard what there is.
    let Ok(heard) = timeout(Duration::from_secs(1), client).await else {
        verdict::fail(
            TOLD,
            "The server is gone, and a client has heard of no end.",
        );
    };
    let heard = heard.expect("no panic");
    let late: Vec<&str> = heard
        .iter()
        .filter(|(at, _)| *at > ended)
        .map(|(_, what)| what.as_str())
        .collect();
    if !late.is_empty() {
        let why = format!(
            "`serve` has returned, and a client has not heard {late:?} by then: the program \
             is gone."
        );
        verdict::fail(WAITS, why);
    }
    heard.into_iter().map(|(_, what)| what).collect()
}

fn assert_heard(rule: Rule, wanted: &[&str], heard: &[String]) {
    if heard.last().is_some_and(|last| last != "close 1012") {
        let last = &heard[heard.len() - 1];
        let why = format!("The last thing that a client hears is `{last}`.");
        verdict::fail(TOLD, why);
    }
    verdict::equal(rule, wanted, heard);
}

#[test]
fn what_is_on_its_way_to_the_disk() {
    harness::run("messages on their way", async {
        let mut scene = scene();
        let first = scene.says(&["one"]).await;
        sleep(DISK * 2).await;
        let second = scene.says(&["two"]).await;
        sleep(DISK / 2).await;
        let (ended, took) = scene.stopped().await;
        let heard = [heard(first, ended).await, heard(second, ended).await];
        if heard[1] == ["close 1012"] {
            let why = format!(
                "\"two\" was read, and {} messages are kept. Its author has no number for \
                 it.",
                scene.log.kept()
            );
            verdict::fail(ACKNOWLEDGED, why);
        }
        assert_heard(TOLD, &["1", "close 1012"], &heard[0]);
        assert_heard(ACKNOWLEDGED, &["2", "close 1012"], &heard[1]);
        if took > DISK {
            let why = format!("{DISK:?} are enough for that, and it took {took:?}.");
            verdict::fail(AT_ONCE, why);
        }
    });
}

#[test]
fn conversations_in_which_nothing_happens() {
    harness::run("nothing happens", async {
        let mut scene = scene();
        let clients = [scene.says(&[]).await, scene.says(&[]).await];
        // One that is gone already is nobody to wait for.
        drop(scene.open().await);
        sleep(DISK).await;
        let (ended, took) = scene.stopped().await;
        for client in clients {
            assert_heard(TOLD, &["close 1012"], &heard(client, ended).await);
        }
        if took > DISK {
            let why = format!("All of them have answered, and it took {took:?}.");
            verdict::fail(AT_ONCE, why);
        }
    });
}

#[test]
fn a_handshake_that_was_just_answered() {
    harness::run("a new conversation", async {
        let mut scene = scene();
        let client = scene.says(&[]).await;
        let (ended, _) = scene.stopped().await;
        assert_heard(TOLD, &["close 1012"], &heard(client, ended).await);
    });
}

#[test]
fn half_a_head() {
    harness::run("half a head", async {
        let mut scene = scene();
        let client = scene.says(&["one"]).await;
        let mut half = scene.dialer.dial().await.expect("it listens");
        half.write_all(b"GET /chat HT").await.expect("it is open");
        sleep(DISK * 2).await;
        let (ended, took) = scene.stopped().await;
        assert_heard(TOLD, &["1", "close 1012"], &heard(client, ended).await);
        if took > DEADLINE {
            let why = format!("Somebody has sent half a head, and it took {took:?}.");
            verdict::fail(BOUND, why);
        }
    });
}

#[test]
fn a_client_that_does_not_answer() {
    harness::run("no answer", async {
        let mut scene = scene();
        let client = scene.says(&["one"]).await;
        // Nobody reads here, so nobody answers the Close.
        let _silent = scene.open().await;
        sleep(DISK * 2).await;
        let (ended, took) = scene.stopped().await;
        assert_heard(TOLD, &["1", "close 1012"], &heard(client, ended).await);
        if took > DEADLINE {
            let why =
                format!("Somebody does not answer a Close, and it took {took:?}.");
            verdict::fail(BOUND, why);
        }
        if took < DEADLINE {
            let why = format!(
                "A client has {DEADLINE:?} to answer, and had {took:?}: perhaps it is slow, \
                 and what was said last is on its way."
            );
            verdict::fail(WAITS, why);
        }
    });
}
