//! What this chapter's server does that the protocol does not say.

use std::time::Duration;

use chat::behaviour::{Client, Door};
use chat::protocol::{Presence, ServerMessage};
use chat::{Chat, serve};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use wiretap::{Dial as _, Link, LinkDialer, LinkStream, Recorder, harness};

struct Running {
    door: Door<LinkDialer>,
    dialer: LinkDialer,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

fn run() -> Running {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(serve(listener, Chat::new(), async {
        if stopped.await.is_err() {
            // Nobody stops it.
            std::future::pending().await
        }
    }));
    let door = Door::new(dialer.clone(), "ws://chat.test/chat");
    Running {
        door,
        dialer,
        stop,
        served,
    }
}

/// A connection with this name.
async fn guest(door: &Door<LinkDialer>, name: &str) -> Client<LinkStream> {
    door.guest(name).await.expect("a guest")
}

#[test]
fn rfc6455_7_4_1_who_is_there_when_the_server_stops_is_told_1001() {
    harness::run("a server that stops", async {
        let Running {
            door, stop, served, ..
        } = run();
        let mut ann = guest(&door, "Ann").await;
        let mut unnamed = door.open().await.expect("a connection");
        stop.send(()).expect("it runs");
        ann.expect_close(1001).await.expect("a goodbye");
        unnamed.expect_close(1001).await.expect("a goodbye");
        served.await.expect("it returns");
    });
}

/// How long a server takes to stop, in seconds.
async fn stopped(stop: oneshot::Sender<()>, served: JoinHandle<()>) -> u64 {
    let begin = Instant::now();
    stop.send(()).expect("it runs");
    served.await.expect("it returns");
    begin.elapsed().as_secs()
}

#[test]
fn a_server_that_stops_waits_five_seconds_for_a_close() {
    harness::run("a server that stops, and a client that sleeps", async {
        let Running {
            door, stop, served, ..
        } = run();
        let asleep = guest(&door, "Ann").await;
        assert_eq!(stopped(stop, served).await, 5);
        drop(asleep);
    });
}

#[test]
fn a_server_that_stops_waits_ten_seconds_for_a_request() {
    harness::run("a server that stops, and half a request", async {
        let Running {
            dialer,
            stop,
            served,
            ..
        } = run();
        let mut half = dialer.dial().await.expect("a stream");
        let request = b"GET /chat HTTP/1.1\r\nHost: chat.test\r\n";
        half.write_all(request).await.expect("sent");
        // Until the server has read it.
        sleep(Duration::from_millis(1)).await;
        assert_eq!(stopped(stop, served).await, 10);
    });
}

#[test]
fn who_reads_too_slowly_is_told_1013_and_nobody_waits_for_them() {
    harness::run("a slow reader", async {
        let Running { door, .. } = run();
        let room = door.room();
        let (mut ann, mut slow) =
            (guest(&door, "Ann").await, guest(&door, "Slow").await);
        slow.join(&room, &[slow.name()], 0).await.expect("joined");
        let members = [ann.name(), slow.name()];
        ann.join(&room, &members, 0).await.expect("joined");
        // 4 MiB: more than the network, the buffers of the WebSocket and 256 messages hold.
        let text = "a".repeat(4096);
        let mut is_gone = false;
        let begin = Instant::now();
        for seq in 1..=1024 {
            let said = ann.say(&room, &text, seq).await.expect("said");
            let mut heard = ann.next().await.expect("Ann hears herself");
            if let ServerMessage::Presence {
                state: Presence::Gone,
                name,
                ..
            } = &heard
            {
                assert_eq!(*name, slow.name());
                is_gone = true;
                heard = ann.next().await.expect("Ann hears herself");
            }
            assert_eq!(heard, said);
        }
        assert!(
            is_gone,
            "1,024 messages are kept for somebody who does not read"
        );
        // Between half of an outbox and a full one each message waits for 10 ms.
        assert!(begin.elapsed() < Duration::from_secs(2));
        slow.expect_close(1013).await.expect("a goodbye");
    });
}

#[test]
fn a_burst_of_ones_own_fills_no_outbox() {
    harness::run("a burst", async {
        let Running { door, .. } = run();
        let room = door.room();
        let mut ann = guest(&door, "Ann").await;
        ann.join(&room, &[ann.name()], 0).await.expect("joined");
        let mut said = Vec::new();
        for seq in 1..=1000 {
            said.push(ann.say(&room, "again", seq).await.expect("said"));
        }
        for message in &said {
            ann.expect(message).await.expect("heard");
        }
    });
}

#[test]
fn who_reads_at_once_hears_all_of_somebody_elses_burst() {
    harness::run("a burst, and those who listen", async {
        let Running { door, .. } = run();
        let room = door.room();
        let mut ann = guest(&door, "Ann").await;
        let mut members = vec![ann.name()];
        ann.join(&room, &members, 0).await.expect("joined");
        let mut listeners = Vec::new();
        for name in ["Bob", "Carl", "Dora"] {
            let mut listener = guest(&door, name).await;
            members.push(listener.name());
            listener.join(&room, &members, 0).await.expect("joined");
            listeners.push(listener);
        }
        let hearing: Vec<_> = listeners
            .into_iter()
            .map(|it| tokio::spawn(hear(it, 1000)))
            .collect();
        // They wait in the network, and come one behind the other.
        for seq in 1..=1000 {
            ann.say(&room, "again", seq).await.expect("said");
        }
        hear(ann, 1000).await;
        for listener in hearing {
            listener.await.expect("all of it");
        }
    });
}

/// Hears so many messages, all of them, and whoever comes meanwhile.
async fn hear(mut client: Client<LinkStream>, messages: u64) {
    let mut heard = 0;
    while heard < messages {
        match client.next().await.expect("heard") {
            ServerMessage::Message { seq, .. } => {
                heard += 1;
                assert_eq!(seq, heard);
            }
            ServerMessage::Presence { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_room_that_everybody_has_left_begins_anew() {
    harness::run("an empty room", async {
        let Running { door, .. } = run();
        let room = door.room();
        let mut ann = guest(&door, "Ann").await;
        ann.join(&room, &[ann.name()], 0).await.expect("joined");
        let said = ann.say(&room, "I was here", 1).await.expect("said");
        ann.expect(&said).await.expect("heard");
        ann.leave(&room).await.expect("left");
        ann.join(&room, &[ann.name()], 0).await.expect("joined");
    });
}

#[test]
fn who_listens_and_says_nothing_is_left_alone() {
    harness::run("an hour of silence", async {
        let Running { door, .. } = run();
        let room = door.room();
        let mut ann = guest(&door, "Ann").await;
        ann.join(&room, &[ann.name()], 0).await.expect("joined");
        let hour =
            timeout(Duration::from_secs(3600), std::future::pending::<()>()).await;
        assert!(hour.is_err());
        let said = ann.say(&room, "still here", 1).await.expect("said");
        ann.expect(&said).await.expect("heard");
    });
}
