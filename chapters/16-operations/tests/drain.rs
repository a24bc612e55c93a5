//! What those see who are connected to a server that ends, and those who come.

#[path = "../../14-history/tests/common/mod.rs"]
mod common;
#[path = "../../14-history/tests/common/peer.rs"]
mod peer;
#[path = "common/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use axum::http::StatusCode;
use history::protocol::ServerMessage;
use history::{Client, ClientOptions, Halls, MemoryLog, Notice, RoomLog as _, What};
use operations::{Ended, Plan};
use peer::{Peer, URL, name, room, text};
use server::{PLAN, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use wiretap::{Dial, Link, LinkDialer, LinkStream, Recorder, harness};

/// Waits for the end of each connection: its code, and how long after `begun` it came.
fn ends(peers: Vec<Peer<LinkStream>>, begun: Instant) -> JoinSet<(u16, Duration)> {
    let mut ends = JoinSet::new();
    for mut peer in peers {
        ends.spawn(async move { (peer.hear_the_end().await, begun.elapsed()) });
    }
    ends
}

async fn peers(server: &Server, count: usize) -> Vec<Peer<LinkStream>> {
    let mut peers = Vec::new();
    for number in 0..count {
        let who = format!("person-{number}");
        peers.push(Peer::hello(&server.dialer, &who, 2).await);
    }
    peers
}

/// The answer to a request on a connection of its own, until the connection's end.
async fn get(dialer: &LinkDialer, path: &str) -> String {
    let mut io = dialer.dial().await.expect("it listens");
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: chat.test\r\nConnection: close\r\n\r\n");
    io.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    io.read_to_string(&mut answer).await.expect("an answer");
    answer
}

#[test]
fn those_who_are_there_are_told_1012_one_after_the_other() {
    harness::run("a drain with ten people", async {
        let server = Server::start();
        let peers = peers(&server, 10).await;
        let begun = Instant::now();
        let ends = ends(peers, begun);
        server.signal().await;
        let mut ends = ends.join_all().await;
        ends.sort_by_key(|(_, when)| *when);
        let expected = (0..10).map(|number| (1012, Duration::from_secs(number)));
        assert_eq!(ends, expected.collect::<Vec<_>>());
        assert_eq!(server.ended.await.expect("no panic"), Ended::Drained);
        // It is over when the last has gone, and not when the time is.
        assert_eq!(begun.elapsed(), Duration::from_secs(9));
    });
}

#[test]
fn whoever_comes_meanwhile_is_told_when_to_come_back() {
    harness::run("a drain, and somebody who comes", async {
        let server = Server::start();
        // Nobody goes at once: there are two.
        let peers = peers(&server, 2).await;
        let ends = ends(peers, Instant::now());
        server.signal().await;
        sleep(Duration::from_secs(2)).await;
        let answer = get(&server.dialer, "/").await;
        let head: Vec<_> = answer.lines().map(str::to_ascii_lowercase).collect();
        assert_eq!(head[0], "http/1.1 503 service unavailable", "{answer}");
        for field in ["connection: close", "retry-after: 14"] {
            assert!(head.iter().any(|line| line == field), "{field}:\n{answer}");
        }
        ends.join_all().await;
        assert_eq!(server.ended.await.expect("no panic"), Ended::Drained);
        let gone = server.dialer.dial().await.map(drop);
        let refused = gone.map_err(|error| error.kind());
        assert_eq!(refused, Err(io::ErrorKind::ConnectionRefused));
    });
}

#[test]
fn a_connection_that_was_kept_alive_is_ended_with_its_next_request() {
    harness::run("a drain, and a browser's connection", async {
        let server = Server::start();
        let _peers = peers(&server, 2).await;
        let mut io = server.dialer.dial().await.expect("it listens");
        let request = b"GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n";
        io.write_all(request).await.expect("it reads");
        let mut answer = vec![0; 1024];
        let length = io.read(&mut answer).await.expect("an answer");
        assert!(answer[..length].starts_with(b"HTTP/1.1 200 OK"));
        server.signal().await;
        io.write_all(request).await.expect("it reads");
        let mut answer = String::new();
        io.read_to_string(&mut answer).await.expect("the end");
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    });
}

#[test]
fn readiness_ends_with_the_signal_and_health_does_not() {
    harness::run("a drain, and a load balancer", async {
        let server = Server::start();
        let _peers = peers(&server, 2).await;
        let ready = (StatusCode::OK, "ready\n".to_owned());
        assert_eq!(server.ask("/readyz").await, ready);
        server.signal().await;
        let (status, text) = server.ask("/readyz").await;
        assert_eq!((status.as_u16(), &*text), (503, "draining\n"));
        assert_eq!(server.ask("/healthz").await.0, StatusCode::OK);
    });
}

#[test]
fn one_that_does_not_go_is_cut_off() {
    harness::run("a drain with somebody deaf", async {
        // Chapter 9 would wait longer for the answer to its Close.
        let hasty = Plan {
            over: Duration::ZERO,
            grace: Duration::from_secs(1),
        };
        let server = Server::planned(hasty);
        let _deaf = peers(&server, 1).await;
        let begun = Instant::now();
        server.signal().await;
        assert_eq!(server.ended.await.expect("no panic"), Ended::Late(1));
        assert_eq!(begun.elapsed(), hasty.grace);
        assert_eq!(server.drain.conversations(), 0);
    });
}

#[test]
fn a_second_signal_ends_it_at_once() {
    harness::run("two signals", async {
        let server = Server::start();
        let mut peers = peers(&server, 3).await;
        let begun = Instant::now();
        server.signal().await;
        sleep(Duration::from_secs(1)).await;
        server.signal().await;
        assert_eq!(server.ended.await.expect("no panic"), Ended::AtOnce);
        assert_eq!(begun.elapsed(), Duration::from_secs(1));
        // The turn of the others had not come: they are cut off without a word.
        let mut ends = Vec::new();
        for peer in &mut peers {
            ends.push(peer.hear_the_end().await);
        }
        assert_eq!(ends, [1012, 1006, 1006]);
        assert_eq!(server.drain.conversations(), 0);
    });
}

#[test]
fn a_server_that_nobody_can_stop_serves_on() {
    harness::run("no signal", async {
        let server = Server::start();
        let Server {
            signals,
            dialer,
            ended,
            ..
        } = server;
        drop(signals);
        assert!(get(&dialer, "/").await.starts_with("HTTP/1.1 200"));
        assert!(!ended.is_finished());
    });
}

/// Chapter 19 has lines that go over requests. One that is open is a conversation whose turn
/// is still to come.
#[test]
fn a_line_that_is_open_goes_on_and_no_other_begins() {
    harness::run("a drain, and lines over requests", async {
        let server = Server::start();
        let _peers = peers(&server, 2).await;
        server.signal().await;
        let new = get(&server.dialer, "/chat/line").await;
        assert!(new.starts_with("HTTP/1.1 503"), "{new}");
        let old = get(&server.dialer, "/chat/line/1f/poll").await;
        assert!(old.starts_with("HTTP/1.1 200"), "{old}");
    });
}

/// Dials the server that is there now.
#[derive(Clone)]
struct Current(watch::Receiver<LinkDialer>);

impl Dial for Current {
    type Io = LinkStream;

    async fn dial(&self) -> io::Result<LinkStream> {
        let dialer = self.0.borrow().clone();
        dialer.dial().await
    }
}

/// Somebody who says so many things, one each second, and hears what all say, over however
/// many connections. Gives what was accepted, and what was heard.
async fn talk(
    dialer: Current,
    number: u64,
    own: usize,
    all: usize,
) -> (BTreeMap<String, u64>, Vec<u64>) {
    let options = ClientOptions {
        seed: number,
        ..ClientOptions::default()
    };
    let who = name(&format!("person-{number}"));
    let mut client = Client::new(dialer, URL.parse().expect("a URL"), who, options);
    client.join(room(), Some(0));
    let (mut accepted, mut heard, mut said) = (BTreeMap::new(), Vec::new(), 0);
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    while accepted.len() < own || heard.len() < all {
        tokio::select! {
            _ = seconds.tick(), if said < own => {
                said += 1;
                let words = text(&format!("{number} says {said}"));
                client.say(room(), words).expect("few are pending");
            }
            notice = client.next() => match notice.expect("it goes on") {
                Notice::Told(ServerMessage::Accepted { id, seq, .. }) => {
                    accepted.insert(id.to_string(), seq);
                }
                Notice::Told(ServerMessage::Message { seq, .. }) => heard.push(seq),
                _ => {}
            }
        }
    }
    (accepted, heard)
}

#[test]
fn what_was_accepted_is_kept_and_everybody_goes_on_where_they_were() {
    const PEOPLE: u64 = 5;
    const EACH: usize = 30;
    harness::run("three rolling restarts", async {
        let halls = Halls::new();
        let log = MemoryLog::new(halls.clone());
        let start = || {
            let recorder = Recorder::new("a chat");
            Server::with(log.clone(), halls.clone(), PLAN, Link::new(), &recorder)
        };
        let mut server = start();
        let (current, dialer) = watch::channel(server.dialer.clone());
        let mut people = JoinSet::new();
        for number in 0..PEOPLE {
            let dialer = Current(dialer.clone());
            people.spawn(talk(dialer, number, EACH, EACH * PEOPLE as usize));
        }
        for _ in 0..3 {
            sleep(Duration::from_secs(4)).await;
            assert!(server.drain.conversations() > 0, "they are here");
            server.signal().await;
            assert_eq!(server.ended.await.expect("no panic"), Ended::Drained);
            server = start();
            current.send_replace(server.dialer.clone());
        }
        let everything: Vec<u64> = (1..=EACH as u64 * PEOPLE).collect();
        let mut kept = BTreeMap::new();
        for (accepted, heard) in people.join_all().await {
            assert_eq!(heard, everything, "each once, and in order");
            kept.extend(accepted);
        }
        let since = log.after("harbour", 0, usize::MAX).await.expect("a log");
        assert_eq!(since.entries.len(), everything.len());
        for entry in since.entries {
            let What::Said { id: Some(id), .. } = &entry.what else {
                panic!("something was said: {entry:?}");
            };
            assert_eq!(kept.get(id), Some(&entry.seq));
        }
    });
}
