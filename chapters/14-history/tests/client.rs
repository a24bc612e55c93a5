//! The client that comes back, over a network that fails.

mod common;
#[path = "common/cutting.rs"]
mod cutting;
#[path = "common/peer.rs"]
mod peer;

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cutting::over;
use history::protocol::ServerMessage;
use history::{Client, ClientOptions, Notice, RoomLog, Sockets, What};
use peer::{Peer, name, room, served, text};
use tokio::time::Instant;
use wiretap::{Dial, Link, LinkDialer, LinkStream, harness};

fn options(seed: u64) -> ClientOptions {
    ClientOptions {
        seed,
        ..ClientOptions::default()
    }
}

fn client<D: Dial>(dialer: D, who: &str, seed: u64) -> Client<Sockets<D>> {
    let url = peer::URL.parse().expect("a URL");
    let mut client = Client::new(dialer, url, name(who), options(seed));
    client.join(room(), Some(0));
    client
}

/// Dials a good network, except where a `false` is in its list.
#[derive(Clone)]
struct Moody {
    dialer: LinkDialer,
    moods: Arc<Mutex<VecDeque<bool>>>,
    dialled: Arc<Mutex<Vec<Instant>>>,
}

impl Moody {
    fn new(dialer: LinkDialer, moods: &[bool]) -> Self {
        Self {
            dialer,
            moods: Arc::new(Mutex::new(moods.iter().copied().collect())),
            dialled: Arc::default(),
        }
    }
}

impl Dial for Moody {
    type Io = LinkStream;

    async fn dial(&self) -> io::Result<LinkStream> {
        self.dialled.lock().expect("no panic").push(Instant::now());
        let mood = self.moods.lock().expect("no panic").pop_front();
        match mood {
            Some(false) => Err(io::ErrorKind::ConnectionRefused.into()),
            Some(true) | None => self.dialer.dial().await,
        }
    }
}

async fn next<D: Dial>(client: &mut Client<Sockets<D>>) -> Notice {
    client.next().await.expect("it goes on")
}

#[test]
fn what_an_earlier_client_has_said_is_there_once() {
    harness::run("a client after another one", async {
        let (dialer, log) = served(Link::new());
        for seed in 1..=2 {
            let mut ada = client(dialer.clone(), "ada", seed);
            let id = peer::id("answer-7");
            ada.say_as(id.clone(), room(), text("seven")).expect("room");
            loop {
                if let Notice::Told(ServerMessage::Accepted { id: kept, seq, .. }) =
                    next(&mut ada).await
                {
                    assert_eq!((kept, seq), (id, 1));
                    break;
                }
            }
        }
        let since = log.after("harbour", 0, 10).await.expect("a log");
        assert_eq!(since.entries.len(), 1);
    });
}

#[test]
fn rfc6455_7_2_3_attempts_are_made_by_the_schedule() {
    harness::run("a server that is away", async {
        let (dialer, _log) = served(Link::new());
        let moody = Moody::new(dialer, &[false; 4]);
        let mut client = client(moody.clone(), "ada", 1);
        let mut waits = Vec::new();
        while let Notice::Cut { wait, .. } = next(&mut client).await {
            waits.push(wait);
        }
        assert_eq!(waits.len(), 4);
        assert!(waits[0] < Duration::from_secs(5));
        let dialled = moody.dialled.lock().expect("no panic").clone();
        for (pair, wait) in dialled.windows(2).zip(&waits) {
            let between = pair[1] - pair[0];
            let rounding = between - *wait;
            assert!(
                rounding < Duration::from_millis(2),
                "{between:?} for {wait:?}"
            );
        }
    });
}

#[test]
fn what_is_said_without_a_connection_is_sent_when_there_is_one() {
    harness::run("a late server", async {
        let (dialer, log) = served(Link::new());
        let mut client = client(Moody::new(dialer, &[false]), "ada", 1);
        let id = client.say(room(), text("hello")).expect("room");
        assert!(matches!(next(&mut client).await, Notice::Cut { .. }));
        assert_eq!(client.pending(), 1);
        while client.pending() > 0 {
            next(&mut client).await;
        }
        let since = log.after("harbour", 0, 10).await.expect("an answer");
        let (words, id) = (Some("hello".to_owned()), Some(id.to_string()));
        assert_eq!(since.entries[0].what, What::Said { text: words, id });
    });
}

/// Everything that a client says and hears over a link that is reset after so many bytes of
/// each side, and then over a good one.
fn cut_after(bytes: u64, side: wiretap::Side) {
    harness::run(
        &format!("a cut after {bytes} bytes of the {side:?}"),
        async move {
            let fault = wiretap::Fault::ResetAfter(bytes);
            let (dialer, log) = over(vec![Link::new().fault(side, fault), Link::new()]);
            let mut ada = client(dialer, "ada", bytes);
            for number in 1..=5 {
                ada.say(room(), text(&format!("text {number}")))
                    .expect("room");
            }
            let mut heard = Vec::new();
            while ada.pending() > 0 || heard.len() < 5 {
                if let Notice::Told(ServerMessage::Message { seq, text, .. }) =
                    next(&mut ada).await
                {
                    heard.push((seq, text.expect("words")));
                }
            }
            let expected: Vec<_> = (1..=5).map(|n| (n, format!("text {n}"))).collect();
            assert_eq!(heard, expected, "each once and in order");
            let since = log.after("harbour", 0, 10).await.expect("an answer");
            assert_eq!(since.entries.len(), 5, "{:?}", since.entries);
        },
    );
}

#[test]
fn a_cut_anywhere_in_the_words_of_the_server_loses_and_doubles_nothing() {
    for bytes in (0..1600).step_by(3) {
        cut_after(bytes, wiretap::Side::Server);
    }
}

#[test]
fn a_cut_anywhere_in_the_words_of_the_client_loses_and_doubles_nothing() {
    for bytes in (0..900).step_by(3) {
        cut_after(bytes, wiretap::Side::Client);
    }
}

#[test]
fn it_may_be_dropped_at_any_time() {
    harness::run("a select that drops it again and again", async {
        let (dialer, log) = served(Link::new().rtt(Duration::from_millis(10)));
        let mut client = client(dialer, "ada", 1);
        let mut heard = Vec::new();
        let mut said = 0;
        let mut tick = tokio::time::interval(Duration::from_millis(3));
        while heard.len() < 20 {
            tokio::select! {
                notice = client.next() => {
                    if let Some(Notice::Told(ServerMessage::Message { seq, .. })) = notice {
                        heard.push(seq);
                    }
                }
                _ = tick.tick(), if said < 20 => {
                    said += 1;
                    client.say(room(), text("tick")).expect("room");
                }
            }
        }
        assert_eq!(heard, (1..=20).collect::<Vec<_>>());
        let since = log.after("harbour", 0, 100).await.expect("an answer");
        assert_eq!(since.last, 20);
    });
}

#[test]
fn an_attempt_to_connect_outlives_a_tick_that_is_shorter() {
    harness::run("a user interface that ticks", async {
        let (dialer, _log) = served(Link::new().rtt(Duration::from_millis(100)));
        let moody = Moody::new(dialer, &[]);
        let mut client = client(moody.clone(), "ada", 1);
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        let minute = Instant::now() + Duration::from_secs(60);
        let mut notices = Vec::new();
        while Instant::now() < minute {
            tokio::select! {
                notice = client.next() => notices.extend(notice),
                _ = tick.tick() => {}
            }
        }
        assert_eq!(moody.dialled.lock().expect("no panic").len(), 1);
        assert_eq!(notices.first(), Some(&Notice::Connected));
    });
}

#[test]
fn who_says_much_at_once_is_slowed_down_and_loses_nothing() {
    harness::run("two hundred messages at once", async {
        let (dialer, log) = served(Link::new());
        let mut ada = client(dialer, "ada", 1);
        for number in 1..=200 {
            ada.say(room(), text(&format!("text {number}")))
                .expect("room");
        }
        let mut cuts = 0;
        while ada.pending() > 0 {
            cuts += u32::from(matches!(next(&mut ada).await, Notice::Cut { .. }));
        }
        assert_eq!(cuts, 0, "nobody is sent away for it");
        let since = log.after("harbour", 0, 1000).await.expect("an answer");
        assert_eq!(since.last, 200);
    });
}

#[test]
fn too_many_without_an_answer_are_refused() {
    harness::run("a client that speaks into the void", async {
        let (dialer, _log) = served(Link::new());
        let mut client = client(Moody::new(dialer, &[false]), "ada", 1);
        for _ in 0..256 {
            client.say(room(), text("hello?")).expect("room");
        }
        let refused = client.say(room(), text("hello?")).expect_err("too many");
        assert_eq!(refused, history::TooManyPending);
    });
}

#[test]
fn a_message_that_is_refused_is_told_and_not_sent_again() {
    harness::run("an edit of somebody else's message", async {
        let (dialer, _log) = served(Link::new());
        let mut bob = Peer::joined(&dialer, "bob", None).await;
        bob.says("1", "mine").await;
        let mut ada = client(dialer, "ada", 1);
        let id = ada.edit(room(), 1, text("yours")).expect("room");
        loop {
            if let Notice::Told(ServerMessage::Error(problem)) = next(&mut ada).await {
                assert_eq!(problem.id, Some(id));
                break;
            }
        }
        assert_eq!(ada.pending(), 0);
    });
}
