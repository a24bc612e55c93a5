//! A conversation in frames, over a simulated link: the figure at the top of the page.

mod common;

use std::time::Duration;

use bytes::BytesMut;
use common::thousands;
use frames::{Decoder, Header, MaskingKey, Opcode, Role, put_frame};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wiretap::{Link, LinkStream, Part, Recorder, harness};

/// The handshake of RFC 6455 §1.3, which is chapter 6.
const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: board.test\r\n\
    Upgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
const SWITCHING: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// Sends a frame; the client's have a key.
async fn send(io: &mut LinkStream, key: Option<[u8; 4]>, opcode: Opcode, text: &str) {
    let mut frame = BytesMut::new();
    let header = Header {
        masking_key: key.map(MaskingKey),
        ..Header::new(opcode, 0)
    };
    put_frame(header, text.as_bytes(), &mut frame);
    io.write_all(&frame).await.expect("the other end reads");
}

/// Reads one frame, which arrives whole, and gives its opcode and text.
async fn receive(io: &mut LinkStream, decoder: &mut Decoder) -> (Opcode, String) {
    let mut buffer = [0; 64];
    let length = io.read(&mut buffer).await.expect("the other end writes");
    let mut input = &mut buffer[..length];
    let part = decoder.decode(&mut input).expect("a legal frame");
    let part = part.expect("a whole one");
    assert!(part.first && part.last && input.is_empty());
    let text = String::from_utf8_lossy(part.payload).into_owned();
    (part.header.opcode, text)
}

#[test]
fn four_frames() {
    let transcript = harness::run("four frames", async {
        let recorder = Recorder::new("Four frames");
        let link = Link::new().rtt(Duration::from_millis(100));
        let (mut client, mut server) = link.pair(&recorder);
        client.write_all(REQUEST).await.expect("it reads");
        let mut head = vec![0; REQUEST.len()];
        server.read_exact(&mut head).await.expect("it writes");
        server.write_all(SWITCHING).await.expect("it reads");
        let mut head = vec![0; SWITCHING.len()];
        client.read_exact(&mut head).await.expect("it writes");

        let mut from_client = Decoder::new(Role::Server);
        let mut from_server = Decoder::new(Role::Client);
        let key = [0x37, 0xfa, 0x21, 0x3d];
        send(&mut client, Some(key), Opcode::Text, "Hello").await;
        let got = receive(&mut server, &mut from_client).await;
        assert_eq!(got, (Opcode::Text, "Hello".to_owned()));
        send(&mut server, None, Opcode::Text, "Hello").await;
        let got = receive(&mut client, &mut from_server).await;
        assert_eq!(got, (Opcode::Text, "Hello".to_owned()));
        send(&mut server, None, Opcode::Ping, "").await;
        let got = receive(&mut client, &mut from_server).await;
        assert_eq!(got, (Opcode::Ping, String::new()));
        let key = [0xc2, 0x07, 0x9e, 0x51];
        send(&mut client, Some(key), Opcode::Pong, "").await;
        let got = receive(&mut server, &mut from_client).await;
        assert_eq!(got, (Opcode::Pong, String::new()));
        recorder.transcript()
    });
    // The instrument reads frames by itself, and sees the same ones.
    let frames = transcript.entries.iter().filter(|e| e.part == Part::Frame);
    assert_eq!(frames.count(), 4);
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("four_frames", transcript.to_json());
    });
}

#[test]
fn what_a_header_costs() {
    let key = Some(MaskingKey([0; 4]));
    let rows = [5_u64, 125, 126, 65_535, 65_536].map(|length| {
        let from_server = Header::new(Opcode::Text, length);
        let from_client = Header {
            masking_key: key,
            ..from_server
        };
        let [client, server] = [from_client, from_server].map(|h| h.encode().len());
        let share =
            |header: usize| 100.0 * header as f64 / (header as f64 + length as f64);
        let percent = |header| format!("{:.2} %", share(header));
        [
            thousands(length as usize),
            thousands(client),
            percent(client),
            thousands(server),
            percent(server),
        ]
    });
    let table = serde_json::json!({
        "caption": "Bytes of header",
        "columns": ["payload", "from a client", "of all", "from a server", "of all"],
        "rows": rows,
        "note": "counted by the chapter's test `what_a_header_costs`",
    });
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("costs", format!("{table:#}"));
    });
}
