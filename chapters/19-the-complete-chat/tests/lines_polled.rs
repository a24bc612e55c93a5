//! Lines that are polled, and what is said on them.

mod requests;

use std::time::Duration;

use history::{Gone, Line as _, Told};
use raw_http::Request;
use requests::{Server, by_hand, echo, post};
use serde_json::{Value, json};
use the_complete_chat::lines::LineLimits;
use tokio::time::{Instant, sleep};
use wiretap::harness;

#[test]
fn what_is_told_is_kept_until_it_is_acknowledged() {
    harness::run("a client whose answers are lost", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let mut ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        for text in ["one", "two"] {
            line.tell(&Told::new(text)).await.expect("there is room");
        }
        let both = json!({ "messages": ["one", "two"], "last": 2 });
        assert_eq!(ann.poll(0).await, (200, both.clone()));
        assert_eq!(
            ann.poll(0).await,
            (200, both),
            "again: it may have been lost"
        );
        let second = json!({ "messages": ["two"], "last": 2 });
        assert_eq!(ann.poll(1).await, (200, second));
        let (status, answer) = ann.poll(0).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (409, &json!("forgotten"))
        );
        let (status, answer) = ann.poll(3).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (400, &json!("malformed"))
        );
    });
}

#[test]
fn a_poll_is_held_until_there_is_something_and_then_no_longer() {
    harness::run("two polls", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let mut ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        let start = Instant::now();
        let nothing = json!({ "messages": [], "last": 0 });
        assert_eq!(ann.poll(0).await, (200, nothing));
        assert_eq!(start.elapsed(), Duration::from_secs(25));
        let telling = async {
            sleep(Duration::from_secs(7)).await;
            line.tell(&Told::new("news")).await.expect("there is room");
        };
        let ((status, answer), ()) = tokio::join!(ann.poll(0), telling);
        assert_eq!(start.elapsed(), Duration::from_secs(32));
        assert_eq!(
            (status, answer),
            (200, json!({ "messages": ["news"], "last": 1 }))
        );
    });
}

#[test]
fn what_is_said_twice_is_heard_once_and_what_is_missing_is_named() {
    harness::run("a client that repeats itself", async {
        let server = Server::new(LineLimits::default(), echo);
        let mut ann = server.open().await;
        assert_eq!(ann.say(1, &["a", "b"]).await, 204);
        assert_eq!(ann.say(1, &["a", "b"]).await, 204, "the answer was lost");
        assert_eq!(ann.say(2, &["b", "c"]).await, 204, "and half of the next");
        let gap = post(ann.path("say"), &json!({ "n": 5, "messages": ["e"] }));
        let refused = ann.send(gap).await;
        assert_eq!(refused.status, 409);
        let refused = String::from_utf8_lossy(&refused.body).into_owned();
        assert!(
            refused.contains("message 4 of yours is the next"),
            "{refused}"
        );
        assert_eq!(ann.say(0, &["z"]).await, 400);
        assert_eq!(ann.say(u64::MAX, &["z"]).await, 400, "nobody counts on");
        assert_eq!(ann.say(4, &["d"]).await, 204);
        let all = json!({ "messages": ["a", "b", "c", "d"], "last": 4 });
        assert_eq!(ann.poll(0).await, (200, all));
    });
}

#[test]
fn who_says_something_waits_for_who_does_not_hear() {
    harness::run("a conversation that is slow", async {
        let limits = LineLimits {
            said: 2,
            ..LineLimits::default()
        };
        let (server, mut hands) = by_hand(limits);
        let mut ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        let start = Instant::now();
        let all = ["a", "b", "c", "d"];
        assert_eq!(ann.say(1, &all).await, 503, "there is room for two");
        assert_eq!(start.elapsed(), Duration::from_secs(10));
        let hearing = async {
            let mut heard = Vec::new();
            while heard.len() < all.len() {
                heard.push(line.hear().await.expect("it is open"));
            }
            heard
        };
        let (said, heard) = tokio::join!(ann.say(1, &all), hearing);
        assert_eq!(said, 204);
        assert_eq!(heard, all, "each once");
    });
}

#[test]
fn who_tells_something_waits_for_who_does_not_ask() {
    harness::run("a client that is slow", async {
        for limits in [
            LineLimits {
                kept: 2,
                ..LineLimits::default()
            },
            LineLimits {
                kept_bytes: 4,
                ..LineLimits::default()
            },
        ] {
            let (server, mut hands) = by_hand(limits);
            let mut ann = server.open().await;
            let mut line = hands.recv().await.expect("a line");
            let start = Instant::now();
            let telling = async {
                for text in ["a", "b", "c"] {
                    line.tell(&Told::new(text)).await.expect("she comes");
                }
                start.elapsed()
            };
            let asking = async {
                sleep(Duration::from_secs(1)).await;
                let told = json!({ "messages": ["a", "b"], "last": 2 });
                assert_eq!(ann.poll(0).await, (200, told), "no more is kept");
                sleep(Duration::from_secs(1)).await;
                ann.poll(2).await
            };
            let (told, (_, last)) = tokio::join!(telling, asking);
            assert_eq!(told, Duration::from_secs(2), "it has waited for her word");
            assert_eq!(last, json!({ "messages": ["c"], "last": 3 }));
        }
    });
}

#[test]
fn what_is_said_can_acknowledge_what_was_told() {
    harness::run("a client that says what it has", async {
        let limits = LineLimits {
            kept: 1,
            ..LineLimits::default()
        };
        let (server, mut hands) = by_hand(limits);
        let mut ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        line.tell(&Told::new("one")).await.expect("there is room");
        let mut say = async |after: u64| {
            let body = json!({ "n": 1, "messages": [], "after": after });
            let request = post(ann.path("say"), &body);
            ann.send(request).await.status
        };
        assert_eq!(say(1).await, 204);
        line.tell(&Told::new("two"))
            .await
            .expect("there is room again");
        assert_eq!(say(0).await, 204, "it was overtaken");
        assert_eq!(say(3).await, 400);
    });
}

#[test]
fn how_a_line_was_closed_comes_with_the_last_that_was_told() {
    harness::run("a line that the server closes", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let mut ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        assert_eq!(ann.say(1, &["too late"]).await, 204);
        line.tell(&Told::new("one")).await.expect("there is room");
        line.close(4004, "sign in again");
        line.close(1001, "these are not its first words");
        assert_eq!(line.tell(&Told::new("two")).await, Err(Gone));
        assert_eq!(line.hear().await, None, "nothing is heard any more");
        assert_eq!(ann.say(2, &["later"]).await, 410);
        let start = Instant::now();
        let asking = async {
            sleep(Duration::from_secs(3)).await;
            ann.poll(0).await
        };
        let ((status, answer), ()) = tokio::join!(asking, line.end());
        let closed = json!({ "code": 4004, "reason": "sign in again" });
        let all = json!({ "messages": ["one"], "last": 1, "closed": closed });
        assert_eq!((status, answer), (200, all));
        assert_eq!(
            start.elapsed(),
            Duration::from_secs(3),
            "it ends when she knows"
        );
        drop(line);
        assert_eq!(ann.poll(1).await.0, 404);
        assert_eq!(server.lines.count(), 0);
    });
}

#[test]
fn a_client_that_closes_is_heard_to_the_end() {
    harness::run("a line that its client closes", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let mut ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        assert_eq!(ann.say(1, &["goodbye"]).await, 204);
        let mut beside = ann.beside(&server.dialer);
        let (polled, closed) = tokio::join!(beside.poll(0), ann.close());
        assert_eq!((closed, polled.0), (204, 200));
        assert_eq!(polled.1["closed"]["code"], 1000, "the poll is not held");
        assert_eq!(line.hear().await.as_deref(), Some("goodbye"));
        assert_eq!(line.hear().await, None);
        line.end().await;
    });
}

#[test]
fn a_line_that_nobody_asks_for_is_over() {
    harness::run("a client that is gone", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let mut ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        let start = Instant::now();
        // It is held for 25 s, and the time begins when it is answered.
        ann.poll(0).await;
        assert_eq!(line.hear().await, None);
        assert_eq!(start.elapsed(), Duration::from_secs(55));
        assert_eq!(line.tell(&Told::new("hello?")).await, Err(Gone));
        // One that waits for room finds it out as well.
        let limits = LineLimits {
            kept: 1,
            ..LineLimits::default()
        };
        let (server, mut hands) = by_hand(limits);
        let _bob = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        let start = Instant::now();
        line.tell(&Told::new("one")).await.expect("there is room");
        assert_eq!(line.tell(&Told::new("two")).await, Err(Gone));
        assert_eq!(start.elapsed(), Duration::from_secs(30));
    });
}

#[test]
fn of_two_polls_the_later_is_answered() {
    harness::run("a client that has lost its first connection", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let mut first = server.open().await;
        let mut second = first.beside(&server.dialer);
        let mut line = hands.recv().await.expect("a line");
        let start = Instant::now();
        let (first, second, told) = tokio::join!(
            async {
                let answer = first.poll(0).await;
                (answer, start.elapsed())
            },
            async {
                sleep(Duration::from_secs(1)).await;
                second.poll(0).await
            },
            async {
                sleep(Duration::from_secs(2)).await;
                line.tell(&Told::new("news")).await
            }
        );
        let nothing = json!({ "messages": [], "last": 0 });
        assert_eq!(first, ((200, nothing), Duration::from_secs(1)));
        assert_eq!(second.1["messages"], json!(["news"]));
        assert_eq!(told, Ok(()));
    });
}

#[test]
fn a_message_that_is_too_long_closes_the_line() {
    harness::run("a message of 32 KiB and one byte", async {
        let server = Server::new(LineLimits::default(), echo);
        let mut ann = server.open().await;
        let longest = "x".repeat(32 << 10);
        assert_eq!(ann.say(1, &[&longest]).await, 204);
        assert_eq!(ann.poll(0).await.1["last"], 1);
        assert_eq!(ann.say(2, &[&format!("{longest}x")]).await, 410);
        assert_eq!(ann.poll(1).await.1["closed"]["code"], 1009);
    });
}

#[test]
fn there_are_so_many_lines_and_no_more() {
    harness::run("four lines", async {
        for (lines, lines_per_address, status) in [(3, 9, 503), (9, 3, 429)] {
            let (server, mut hands) = by_hand(LineLimits {
                lines,
                lines_per_address,
                ..LineLimits::default()
            });
            let mut open = Vec::new();
            for _ in 0..3 {
                open.push(server.open().await);
            }
            let fourth = post("/chat/line", &json!({}));
            let refused = open[0].send(fourth.clone()).await;
            assert_eq!(refused.status, status);
            assert_eq!(refused.headers.get("Retry-After"), Some("5"));
            assert_eq!(server.lines.count(), 3);
            drop(hands.recv().await.expect("a line"));
            assert_eq!(open[0].send(fourth).await.status, 201, "one is free again");
        }
    });
}

#[test]
fn what_is_no_request_for_a_line_is_refused() {
    harness::run("requests that are wrong", async {
        let server = Server::new(LineLimits::default(), echo);
        let mut ann = server.open().await;
        let longer = format!("{}0", ann.line);
        let sign = format!("+{}", &ann.line[1..]);
        for line in ["A".repeat(32), "0".repeat(32), longer, sign] {
            let path = format!("/chat/line/{line}/poll");
            assert_eq!(ann.send(Request::get(path)).await.status, 404, "{line}");
        }
        // What a form of another origin can send.
        for kind in ["text/plain", "application/x-www-form-urlencoded"] {
            let said = json!({ "n": 1, "messages": ["x"] }).to_string();
            let request = Request::post(ann.path("say"), said);
            let request = request.header("Content-Type", kind);
            assert_eq!(ann.send(request).await.status, 415, "{kind}");
        }
        for (body, status) in [
            (json!({ "n": 1, "messages": "x" }), 400),
            (json!({ "n": 1, "messages": [7] }), 400),
            (json!({ "n": -1, "messages": [] }), 400),
            (json!({ "n": 1, "messages": ["x".repeat(128 << 10)] }), 413),
        ] {
            let request = post(ann.path("say"), &body);
            assert_eq!(ann.send(request).await.status, status);
        }
        let path = ann.path("poll?after=x");
        assert_eq!(ann.send(Request::get(path)).await.status, 400);
        assert_eq!(ann.say(1, &["it lives on"]).await, 204);
        assert_eq!(ann.poll(0).await.1["messages"], json!(["it lives on"]));
    });
}

#[test]
fn no_answer_may_be_kept_by_a_cache() {
    harness::run("all kinds of answers", async {
        let server = Server::new(LineLimits::default(), echo);
        let mut ann = server.open().await;
        ann.say(1, &["x"]).await;
        let requests = [
            post("/chat/line", &json!({})),
            Request::get(ann.path("poll?after=0")),
            Request::get(ann.path("poll?after=9")),
        ];
        for request in requests {
            let answer = ann.send(request).await;
            assert_eq!(answer.headers.get("Cache-Control"), Some("no-store"));
        }
    });
}

#[test]
fn the_name_and_the_key_of_a_line_cannot_be_guessed_and_are_not_shown() {
    harness::run("a hundred lines", async {
        let (server, mut hands) = by_hand(LineLimits {
            lines_per_address: 100,
            ..LineLimits::default()
        });
        let mut secrets = std::collections::HashSet::new();
        for _ in 0..100 {
            let ann = server.open().await;
            let line = hands.recv().await.expect("a line");
            assert_eq!(ann.line.len(), 32, "128 bits");
            let key = ann.cookie.strip_prefix("line=").expect("a key");
            assert_eq!(key.len(), 32, "128 bits");
            for secret in [&*ann.line, key] {
                assert!(!format!("{line:?} {:?}", server.lines).contains(secret));
                secrets.insert(secret.to_owned());
            }
        }
        assert_eq!(secrets.len(), 200);
    });
}

#[test]
fn a_body_has_to_come() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use wiretap::Dial as _;
    harness::run("a body that does not", async {
        let server = Server::new(LineLimits::default(), echo);
        let mut io = server.dialer.dial().await.expect("it listens");
        let head = b"POST /chat/line HTTP/1.1\r\nHost: chat.test\r\n\
            Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{";
        io.write_all(head).await.expect("it reads");
        let start = Instant::now();
        let mut status = [0; 12];
        io.read_exact(&mut status).await.expect("an answer");
        assert_eq!(&status, b"HTTP/1.1 408");
        assert_eq!(start.elapsed(), Duration::from_secs(10));
    });
}

#[test]
fn all_conversations_are_waited_for() {
    harness::run("a server that stops", async {
        let server = Server::new(LineLimits::default(), echo);
        let mut ann = server.open().await;
        let lines = server.lines.clone();
        let start = Instant::now();
        let closing = async {
            sleep(Duration::from_secs(2)).await;
            ann.close().await
        };
        let (closed, ()) = tokio::join!(closing, lines.ended());
        assert_eq!((closed, start.elapsed()), (204, Duration::from_secs(2)));
        assert_eq!(Value::from(lines.count()), 0);
    });
}
