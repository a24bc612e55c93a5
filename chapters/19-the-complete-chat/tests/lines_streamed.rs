//! Lines whose messages come as server-sent events.

mod requests;

use std::time::Duration;

use history::{Line as _, Told};
use requests::{Asking, Server, by_hand, echo};
use server_sent_events::{EventSource, Failure, Limits, Message, Notice, Options};
use the_complete_chat::lines::LineLimits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep};
use wiretap::{Dial as _, Link, LinkDialer, Recorder, harness};

/// What a browser reads a line's stream with.
fn source(ann: &Asking, dialer: &LinkDialer) -> EventSource<LinkDialer> {
    let options = Options {
        limits: Limits {
            line_bytes: 1 << 20,
            data_bytes: 1 << 20,
        },
        ..Options::default()
    };
    let path = ann.path("events");
    EventSource::new(dialer.clone(), "chat.test", path, options)
        .with_cookie(&ann.cookie)
}

/// The next message, over as many connections as it takes.
async fn next(source: &mut EventSource<LinkDialer>) -> Message {
    loop {
        match source.next().await.expect("it goes on") {
            Notice::Message(message) => return message,
            Notice::Open | Notice::Interrupted { .. } => {}
            Notice::Failed(why) => panic!("a message, and not {why}"),
        }
    }
}

/// All that a request for a stream is answered, until it ends.
async fn stream(ann: &Asking, dialer: &LinkDialer) -> String {
    let mut io = dialer.dial().await.expect("it listens");
    let head = ann.asks_for_events();
    io.write_all(head.as_bytes()).await.expect("it reads");
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n0\r\n\r\n") {
        bytes.push(io.read_u8().await.expect("an end of the answer"));
    }
    String::from_utf8(bytes).expect("a text")
}

#[test]
fn a_stream_goes_on_after_the_last_event_that_its_client_has() {
    harness::run("a client that comes back", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        for text in ["one", "two\nlines", ""] {
            line.tell(&Told::new(text)).await.expect("there is room");
        }
        let mut reader = source(&ann, &server.dialer);
        for (id, text) in [("1", "one"), ("2", "two\nlines")] {
            let message = next(&mut reader).await;
            assert_eq!((&*message.last_event_id, &*message.data), (id, text));
            assert_eq!(message.event_type, Message::DEFAULT_TYPE);
        }
        let mut later = source(&ann, &server.dialer).resume_after("2");
        assert_eq!(next(&mut later).await.data, "");
        line.tell(&Told::new("four")).await.expect("there is room");
        assert_eq!(next(&mut later).await.data, "four");
        // The place of the first was taken. What it has been sent by then it has, and it comes
        // back for the rest.
        for (id, text) in [("3", ""), ("4", "four")] {
            let message = next(&mut reader).await;
            assert_eq!((&*message.last_event_id, &*message.data), (id, text));
        }
    });
}

#[test]
fn a_stream_has_comments_while_nothing_is_told_and_an_end() {
    harness::run("two quiet minutes", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        let start = Instant::now();
        let answer = stream(&ann, &server.dialer).await;
        assert_eq!(start.elapsed(), Duration::from_secs(120));
        let comments = answer.matches(": still here\n").count();
        assert_eq!(comments, 7, "each 15 s: {answer}");
        assert!(answer.contains("retry: 500\n"), "{answer}");
        // Who does not come back is gone.
        assert_eq!(line.hear().await, None);
        assert_eq!(start.elapsed(), Duration::from_secs(150));
    });
}

#[test]
fn a_client_that_only_listens_says_what_it_has_by_coming_back() {
    harness::run("a thousand messages", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        let telling = tokio::spawn(async move {
            for number in 1..=1000 {
                let told = Told::new(&format!("message {number}"));
                line.tell(&told).await.expect("there will be room");
            }
            line
        });
        let mut reader = source(&ann, &server.dialer);
        let (mut streams, mut told) = (0, 0);
        while told < 1000 {
            match reader.next().await.expect("it goes on") {
                Notice::Open => streams += 1,
                Notice::Message(message) => {
                    told += 1;
                    assert_eq!(message.data, format!("message {told}"));
                }
                Notice::Interrupted { wait, .. } => {
                    assert_eq!(wait, Duration::from_millis(500));
                }
                Notice::Failed(why) => panic!("{why}"),
            }
        }
        assert!((4..=8).contains(&streams), "128 to 256 in each: {streams}");
        drop(telling.await.expect("no panic"));
    });
}

#[test]
fn who_says_what_it_has_needs_no_second_stream() {
    harness::run("a thousand messages, and a word now and then", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        let telling = tokio::spawn(async move {
            for number in 1..=1000 {
                let told = Told::new(&format!("message {number}"));
                line.tell(&told).await.expect("there will be room");
                sleep(Duration::from_millis(1)).await;
            }
            line
        });
        let mut reader = source(&ann, &server.dialer);
        let mut beside = ann.beside(&server.dialer);
        assert!(matches!(reader.next().await, Some(Notice::Open)));
        for number in 1_u64..=1000 {
            match reader.next().await.expect("it goes on") {
                Notice::Message(message) => {
                    assert_eq!(message.last_event_id, number.to_string());
                }
                other => panic!("message {number}, and not {other:?}"),
            }
            if number % 64 == 0 {
                let has =
                    serde_json::json!({ "n": 1, "messages": [], "after": number });
                let request = requests::post(beside.path("say"), &has);
                assert_eq!(beside.send(request).await.status, 204);
            }
        }
        drop(telling.await.expect("no panic"));
    });
}

#[test]
fn the_last_event_says_how_the_line_was_closed() {
    harness::run("a line that the server closes", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        let mut reader = source(&ann, &server.dialer);
        assert!(matches!(reader.next().await, Some(Notice::Open)));
        line.tell(&Told::new("one")).await.expect("there is room");
        line.close(1012, "it starts anew");
        let ending = tokio::spawn(async move { line.end().await });
        assert_eq!(next(&mut reader).await.data, "one");
        let last = next(&mut reader).await;
        assert_eq!(last.event_type, "close");
        assert_eq!(last.data, r#"{"code":1012,"reason":"it starts anew"}"#);
        ending.await.expect("no panic");
        while !matches!(
            reader.next().await,
            Some(Notice::Failed(Failure::Status(404)))
        ) {}
    });
}

#[test]
fn for_a_client_that_does_not_read_so_much_is_kept_and_no_more() {
    harness::run("a client that reads nothing", async {
        let (server, mut hands) = by_hand(LineLimits::default());
        let ann = server.open().await;
        let mut line = hands.recv().await.expect("a line");
        let mut io = server.dialer.dial().await.expect("it listens");
        let head = ann.asks_for_events();
        io.write_all(head.as_bytes()).await.expect("it reads");
        let told = Told::new(&"x".repeat(4 << 10));
        let (start, mut taken) = (Instant::now(), 0);
        while line.tell(&told).await.is_ok() {
            taken += 1;
        }
        assert_eq!(taken, 64, "256 KiB");
        // The network has taken the stream up to its end, after which nobody came back.
        assert_eq!(start.elapsed(), Duration::from_secs(30));
    });
}

/// The bytes of a stream, with the clock; the name of the line and its key are not the same
/// each time.
fn figure(name: &str, transcript: &str, ann: &Asking) {
    let text = transcript.replace(&ann.line, "0123456789abcdef0123456789abcdef");
    let key = "line=fedcba9876543210fedcba9876543210";
    let text = text.replace(&ann.cookie, key);
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn a_line_on_the_wire() {
    for polls in [false, true] {
        harness::run("a line from its beginning to its end", async move {
            let title = match polls {
                true => "A line, over polls",
                false => "A line, over server-sent events",
            };
            let recorder = Recorder::new(title);
            let link = Link::new().rtt(Duration::from_millis(100));
            let limits = LineLimits::default();
            let server = Server::at(&link, &recorder, limits, echo);
            let mut ann = Asking::open(server.dialer.clone()).await;
            let mut beside = ann.beside(&server.dialer);
            let hearing = async {
                if polls {
                    assert_eq!(beside.poll(0).await.1["last"], 1);
                    assert_eq!(beside.poll(1).await.1["last"], 2);
                    assert_eq!(beside.poll(2).await.1["closed"]["code"], 1000);
                } else {
                    stream(&beside, &server.dialer).await;
                }
            };
            let saying = async {
                sleep(Duration::from_millis(400)).await;
                assert_eq!(ann.say(1, &[r#"{"type":"hello"}"#]).await, 204);
                assert_eq!(ann.say(2, &[r#"{"type":"say"}"#]).await, 204);
                sleep(Duration::from_millis(100)).await;
                assert_eq!(ann.close().await, 204);
                ann
            };
            let ((), ann) = tokio::join!(hearing, saying);
            let name = if polls { "polled" } else { "streamed" };
            figure(name, &recorder.transcript().to_json(), &ann);
        });
    }
}
