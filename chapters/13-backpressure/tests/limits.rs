//! Every limit, reached and passed.

mod common;

use std::time::Duration;

use axum::Router;
use backpressure::{Limits, Rate, serve};
use common::{Person, from_here, serve_on, served};
use handshake::Policy;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};
use wiretap::{Dial, Link, Recorder, harness};

fn slow_talkers() -> Limits {
    Limits {
        rate: Rate {
            burst: 5,
            interval: Duration::from_secs(1),
        },
        patience: 3,
        ..Limits::default()
    }
}

#[test]
fn who_says_too_much_is_told_which_message_was_too_much() {
    harness::run("seven messages where five are allowed", async {
        let dialer = served(slow_talkers());
        // The hello and the join count, too.
        let mut ann = Person::enter(&dialer, "ann").await;
        for id in ["1", "2", "3", "4", "5"] {
            ann.send(json!({"type": "say", "room": "r", "text": "x", "id": id}))
                .await;
        }
        for seq in 1..=3 {
            assert_eq!(ann.hears("message").await["seq"], seq);
        }
        for id in ["4", "5"] {
            let error = ann.hears("error").await;
            assert_eq!((&error["code"], &error["id"]), (&json!("rate"), &json!(id)));
        }
        sleep(Duration::from_secs(2)).await;
        ann.say("slowly").await;
        ann.say("now").await;
        assert_eq!(ann.hears("message").await["seq"], 4);
        assert_eq!(ann.hears("message").await["seq"], 5);
    });
}

#[test]
fn who_does_not_listen_to_that_is_closed_with_1008() {
    harness::run("a flood", async {
        let dialer = served(slow_talkers());
        let mut ann = Person::enter(&dialer, "ann").await;
        for _ in 0..20 {
            ann.say("spam").await;
        }
        for _ in 0..3 {
            ann.hears("message").await;
        }
        for _ in 0..3 {
            ann.hears("error").await;
        }
        assert_eq!(ann.hear().await.close_code(), Some(1008));
    });
}

#[test]
fn pings_count_too() {
    harness::run("a flood of pings", async {
        let dialer = served(slow_talkers());
        let mut ann = Person::enter(&dialer, "ann").await;
        for _ in 0..20 {
            ann.ping().await;
        }
        assert_eq!(ann.hear().await.close_code(), Some(1008));
    });
}

#[test]
fn a_patient_client_is_never_closed() {
    harness::run("an hour at the allowed rate", async {
        let dialer = served(slow_talkers());
        let mut ann = Person::enter(&dialer, "ann").await;
        for seq in 1..=3600 {
            sleep(Duration::from_secs(1)).await;
            ann.say("tick").await;
            assert_eq!(ann.hears("message").await["seq"], seq);
        }
    });
}

#[test]
fn a_head_that_does_not_come_is_not_waited_for() {
    harness::run("a byte of a request each second", async {
        let dialer = served(Limits::default());
        let mut io = dialer.dial().await.expect("a server");
        let start = Instant::now();
        let request = b"GET /chat HTTP/1.1\r\nHost: chat.test\r\nX-Slow: ".iter();
        let drip = request.chain(std::iter::repeat(&b'x'));
        let (mut from, mut to) = tokio::io::split(&mut io);
        let dripping = async {
            for byte in drip {
                if to.write_all(&[*byte]).await.is_err() {
                    break;
                }
                sleep(Duration::from_secs(1)).await;
            }
        };
        let mut answer = Vec::new();
        tokio::select! {
            () = dripping => {}
            read = from.read_to_end(&mut answer) => { read.expect("an end"); }
        }
        assert_eq!(start.elapsed().as_secs(), 10, "the handshake's deadline");
    });
}

#[test]
fn a_connection_that_says_nothing_is_not_waited_for() {
    harness::run("no request", async {
        let dialer = served(Limits::default());
        let mut io = dialer.dial().await.expect("a server");
        let start = Instant::now();
        let mut answer = Vec::new();
        io.read_to_end(&mut answer).await.expect("an end");
        assert_eq!(start.elapsed().as_secs(), 10);
    });
}

#[test]
fn a_body_that_nobody_reads_is_not_waited_for() {
    harness::run("a request that promises a body", async {
        let dialer = served(Limits::default());
        let mut io = dialer.dial().await.expect("a server");
        let start = Instant::now();
        let head = "POST /chat HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
        io.write_all(head.as_bytes()).await.expect("it reads");
        let mut answer = Vec::new();
        io.read_to_end(&mut answer).await.expect("an end");
        assert!(answer.starts_with(b"HTTP/1.1 405 "));
        assert!(start.elapsed() <= Limits::default().handshake);
    });
}

#[test]
fn a_head_has_an_end() {
    harness::run("a request of 64 KiB", async {
        let dialer = served(Limits::default());
        let mut io = dialer.dial().await.expect("a server");
        let head = format!("GET /chat HTTP/1.1\r\nX-Large: {}", "x".repeat(64 << 10));
        // It may be refused before all of it is sent.
        let _ = io.write_all(head.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = io.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    });
}

#[test]
fn at_the_shutdown_everybody_is_told_1001() {
    harness::run("a shutdown with three people", async {
        let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve(
            listener,
            Limits::default(),
            Policy::default(),
            Router::new(),
            from_here,
            async { drop(stopped.await) },
        ));
        let mut people = Vec::new();
        for name in ["ann", "bob", "carl"] {
            people.push(Person::enter(&dialer, name).await);
        }
        stop.send(()).expect("it serves");
        for person in &mut people {
            assert_eq!(person.hear_the_end().await.code(), 1001);
        }
        drop(people);
        serving.await.expect("no panic");
        assert!(dialer.dial().await.is_err(), "nothing is accepted any more");
    });
}

#[test]
fn an_idle_connection_is_never_silent_for_a_minute() {
    harness::run("an hour in a quiet room", async {
        let recorder = Recorder::new("a quiet room");
        let (dialer, listener) = Link::new().network(&recorder);
        serve_on(listener, Limits::default());
        let mut ann = Person::enter(&dialer, "ann").await;
        tokio::select! {
            heard = ann.hear() => panic!("nothing happens: {heard:?}"),
            () = sleep(Duration::from_secs(3600)) => {}
        }
        let entries = recorder.transcript().entries;
        let times: Vec<Duration> = entries.iter().map(wiretap::Entry::sent).collect();
        assert!(times.len() > 100, "pings and pongs");
        let longest = times.windows(2).map(|pair| pair[1] - pair[0]).max();
        let longest = longest.expect("more than one");
        // What a proxy that cuts after 60 s of silence sees.
        assert!(longest <= Duration::from_secs(40), "{longest:?}");
    });
}
