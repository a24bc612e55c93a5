//! How the halves end a stream (RFC 6455 §7.1).

mod common;
mod stream;

use std::time::Duration;

use common::{close, frame_to, server, to_server};
use connection::{CloseCode, Closed, Config, Connection, Event, Role, WebSocket, echo};
use frames::Opcode;
use stream::{Script, Step};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::{Instant, sleep};
use wiretap::harness;

#[test]
fn rfc6455_7_1_1_the_server_ends_the_stream_and_reads_on() {
    harness::run("a close from the client", async {
        let ((mut reader, _writer), mut client) = server(1 << 16, Config::default());
        let goodbye = frame_to(Role::Server, true, Opcode::Close, &close(3000, "x"));
        client.write_all(&goodbye).await.expect("the server reads");
        let event = reader.read().await.expect("the close is told");
        let code = CloseCode::new(3000).expect("a code");
        let closed = Closed::Agreed(Some((code, "x".to_owned())));
        assert_eq!(event, Event::Closed(closed));
        let ending = tokio::spawn(async move { reader.read().await.is_none() });
        let mut answer = Vec::new();
        client
            .read_to_end(&mut answer)
            .await
            .expect("the server ends first");
        assert_eq!(answer, b"\x88\x02\x0b\xb8");
        client
            .write_all(&[0; 1000])
            .await
            .expect("what comes late is read");
        tokio::task::yield_now().await;
        assert!(!ending.is_finished(), "the client has not ended");
        drop(client);
        assert!(ending.await.expect("no panic"));
    });
}

#[test]
fn rfc6455_7_1_1_the_client_waits_for_the_servers_end_until_a_deadline() {
    harness::run("a server that does not end", async {
        let (near, mut far) = duplex(1 << 16);
        let connection = Connection::new(Role::Client, Config::default());
        let (mut reader, mut writer) = WebSocket::new(near, connection, []).split();
        writer.close(CloseCode::NORMAL, "").expect("it is open");
        let ours = tokio::spawn(async move {
            let start = Instant::now();
            let event = format!("{:?}", reader.read().await);
            assert!(reader.read().await.is_none());
            (event, start.elapsed())
        });
        let mut frame = [0; 8];
        far.read_exact(&mut frame).await.expect("a masked close");
        far.write_all(b"\x88\x02\x03\xe8")
            .await
            .expect("the client reads");
        let (event, elapsed) = ours.await.expect("no panic");
        assert!(event.contains("Agreed"), "{event}");
        assert_eq!(elapsed, Duration::from_secs(5));
    });
}

#[test]
fn a_failed_connection_says_so_and_ends_under_a_flood() {
    harness::run("a client that never stops", async {
        let ((mut reader, _writer), mut client) = server(1 << 10, Config::default());
        let flood = tokio::spawn(async move {
            let mut sent = 0_u64;
            while client.write_all(&[0xff; 1000]).await.is_ok() {
                sent += 1000;
                sleep(Duration::from_millis(1)).await;
            }
            let mut answer = Vec::new();
            let _ = client.read_to_end(&mut answer).await;
            (sent, answer)
        });
        let event = format!("{:?}", reader.read().await);
        assert!(event.contains("Failed(Frame"), "{event}");
        assert!(reader.read().await.is_none(), "the deadline ends it");
        drop((reader, _writer));
        let (sent, answer) = flood.await.expect("no panic");
        assert!(
            (4_000_000..6_000_000).contains(&sent),
            "{sent} bytes in 5 s"
        );
        assert_eq!(answer, b"\x88\x02\x03\xea", "1002");
    });
}

#[test]
fn rfc6455_7_1_5_a_stream_that_fails_is_1006() {
    harness::run("a reset", async {
        for error in [Step::FailRead, Step::FailWrite, Step::End] {
            let script = Script::new([Step::Read(to_server(b"hello")), error]);
            let connection = Connection::new(Role::Server, Config::default());
            let closed = echo(WebSocket::new(script, connection, [])).await;
            assert_eq!(closed, Some(Closed::Lost));
        }
    });
}

#[test]
fn a_silent_peer_is_asked_and_given_up() {
    harness::run("a client that is no longer there", async {
        let config = Config {
            keepalive: Some(Duration::from_secs(20)),
            ..Config::default()
        };
        let ((mut reader, _writer), mut client) = server(1 << 16, config);
        let start = Instant::now();
        let event = format!("{:?}", reader.read().await);
        assert_eq!(event, "Some(Closed(TimedOut))");
        assert_eq!(start.elapsed(), Duration::from_secs(40));
        drop((reader, _writer));
        let mut said = Vec::new();
        client
            .read_to_end(&mut said)
            .await
            .expect("a ping, and the end");
        assert_eq!(said, b"\x89\x00");
    });
}
