//! The tap: what passes is recorded, and passes unaltered.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::TcpListener;
use wiretap::{Dial, Listen, Part, Recorder, Side, Tcp, harness};

#[test]
fn what_passes_is_recorded_with_its_direction_and_time() {
    harness::run("a tapped exchange", async {
        let recorder = Recorder::new("a tapped exchange");
        let (mut client, server) = duplex(1024);
        let mut server = recorder.tap(server, Side::Server);
        client
            .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        let mut buffer = [0; 1024];
        let n = server.read(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..n], b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        tokio::time::sleep(Duration::from_millis(7)).await;
        server
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .await
            .unwrap();
        drop(server);
        assert_eq!(client.read(&mut buffer).await.unwrap(), 27);
        assert_eq!(
            recorder.transcript().to_string(),
            concat!(
                "     0 ms             #1   C→S  open a connection\n",
                "     0 ms             #1   C→S  head, 27 bytes\n",
                "    GET / HTTP/1.1\\r\\n\n",
                "    Host: a\\r\\n\n",
                "    \\r\\n\n",
                "     7 ms             #1   S→C  head, 27 bytes\n",
                "    HTTP/1.1 204 No Content\\r\\n\n",
                "    \\r\\n\n",
                "     7 ms             #1   S→C  end of the stream\n",
            )
        );
    });
}

#[test]
fn a_vectored_write_is_recorded_as_far_as_it_was_taken() {
    harness::run("a vectored write into a small buffer", async {
        let recorder = Recorder::new("");
        let (_client, server) = duplex(6);
        let mut server = recorder.tap(server, Side::Server);
        let slices = [
            std::io::IoSlice::new(b"abcd"),
            std::io::IoSlice::new(b"efgh"),
        ];
        let written = server.write_vectored(&slices).await.unwrap();
        let recorded = recorder.transcript().entries.last().unwrap().clone();
        assert_eq!(recorded.content.lines.concat(), "abcdefgh"[..written]);
    });
}

#[test]
fn an_end_is_recorded_once_however_often_it_is_read() {
    harness::run("two reads at the end", async {
        let recorder = Recorder::new("");
        let (client, server) = duplex(64);
        let mut server = recorder.tap(server, Side::Server);
        drop(client);
        for _ in 0..2 {
            assert_eq!(server.read(&mut [0; 8]).await.unwrap(), 0);
        }
        // A read into no room gives 0 as well, and is no end.
        assert_eq!(server.read(&mut []).await.unwrap(), 0);
        server.shutdown().await.unwrap();
        drop(server);
        let ends = recorder.transcript().entries;
        let ends: Vec<Side> = ends
            .iter()
            .filter(|e| e.part == Part::End)
            .map(|e| e.from)
            .collect();
        assert_eq!(ends, [Side::Client, Side::Server]);
    });
}

#[tokio::test]
async fn both_ends_of_a_tcp_connection_can_be_tapped() {
    let [client_side, server_side] = ["client", "server"].map(Recorder::new);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut listener = server_side.tap_listener(listener);
    let server = tokio::spawn(async move {
        let mut stream = listener.accept().await.unwrap();
        let mut request = Vec::new();
        stream.read_to_end(&mut request).await.unwrap();
        stream.write_all(&request).await.unwrap();
    });
    let payload: Vec<u8> = (0..=255).cycle().take(1_000_000).collect();
    let mut client = client_side.tap_dialer(Tcp(address)).dial().await.unwrap();
    client.write_all(&payload).await.unwrap();
    client.shutdown().await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    server.await.unwrap();
    assert!(answer == payload, "a tap alters nothing");
    for recorder in [client_side, server_side] {
        let passed = recorder.transcript().entries;
        let sum = |side| -> u64 {
            passed
                .iter()
                .filter(|e| e.from == side)
                .map(|e| e.length)
                .sum()
        };
        assert_eq!(
            (sum(Side::Client), sum(Side::Server)),
            (1_000_000, 1_000_000)
        );
    }
}
