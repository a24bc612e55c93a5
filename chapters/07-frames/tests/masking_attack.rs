//! Why a client masks (RFC 6455 §10.3): a page that chooses the bytes on the wire speaks
//! HTTP to a proxy that takes them for HTTP, and has it keep a poisoned script.

mod innocent_proxy;

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use frames::{Header, MaskingKey, Opcode, mask, put_frame};
use innocent_proxy::Proxy;
use proptest::prelude::*;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use wiretap::{
    Dial as _, Link, LinkDialer, Listen as _, Recorder, Side, Transcript, harness,
};

/// A frame's header stands before it on the wire: a line end, and it is a line of its own.
const MESSAGE: &[u8] = b"\r\nGET /script.js HTTP/1.1\r\nHost: good.test\r\n\r\n";

/// The handshake of RFC 6455 §1.3.
const REQUEST: &[u8] = b"GET /socket HTTP/1.1\r\nHost: evil.test\r\n\
    Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://evil.test\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
const SWITCHING: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

const POISON: &str = "steal(document.cookie)";
const HARMLESS: &str = "greet()";

fn script(text: &str) -> Vec<u8> {
    let length = text.len();
    format!(
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=86400\r\n\
         Content-Length: {length}\r\n\r\n{text}"
    )
    .into_bytes()
}

/// What a client sends of the page's message.
fn text_frame(masking_key: Option<MaskingKey>, message: &[u8]) -> BytesMut {
    let mut frame = BytesMut::new();
    let header = Header {
        masking_key,
        ..Header::new(Opcode::Text, 0)
    };
    put_frame(header, message, &mut frame);
    frame
}

/// Reads up to an empty line, and gives it with all that came before.
async fn read_head(io: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(io.read_u8().await.ok()?);
    }
    Some(head)
}

/// The attacker's server: it accepts the handshake, and has its script for everything else.
async fn evil_server(mut io: impl AsyncRead + AsyncWrite + Unpin) {
    while let Some(head) = read_head(&mut io).await {
        let answer = match head.starts_with(b"GET /socket ") {
            true => SWITCHING.to_vec(),
            false => script(POISON),
        };
        io.write_all(&answer).await.expect("the proxy reads");
    }
}

async fn good_server(mut io: impl AsyncRead + AsyncWrite + Unpin) {
    while read_head(&mut io).await.is_some() {
        io.write_all(&script(HARMLESS)).await.expect("it reads");
    }
}

/// A way to each of the two servers, with the proxy in it.
fn stage(recorder: &Recorder) -> (LinkDialer, LinkDialer) {
    let link = Link::new().rtt(Duration::from_millis(20));
    let proxy = Arc::new(Proxy::new(recorder));
    // What is behind the proxy is not in the figure.
    let behind = Recorder::new("behind the proxy");
    [true, false]
        .map(|evil| {
            let (dialer, mut listener) = link.network(recorder);
            let (link, behind) = (link.clone(), behind.clone());
            let proxy = Arc::clone(&proxy);
            tokio::spawn(async move {
                while let Ok(client) = listener.accept().await {
                    let (to_server, server) = link.pair(&behind);
                    match evil {
                        true => drop(tokio::spawn(evil_server(server))),
                        false => drop(tokio::spawn(good_server(server))),
                    }
                    let proxy = Arc::clone(&proxy);
                    tokio::spawn(async move { proxy.pass(client, to_server).await });
                }
            });
            dialer
        })
        .into()
}

/// The victim's browser opens the page's WebSocket and sends `frame` for it. Then somebody
/// else behind the same proxy asks the good server for its script. Gives what he gets.
fn play(title: &str, frame: &[u8]) -> (Transcript, String) {
    let (title, frame) = (title.to_owned(), frame.to_vec());
    harness::run("the attack of §10.3", async move {
        let recorder = Recorder::new(title);
        recorder.name(Side::Client, "browsers");
        let (to_evil, to_good) = stage(&recorder);
        let mut page = to_evil.dial().await.expect("it listens");
        page.write_all(REQUEST).await.expect("it reads");
        assert_eq!(read_head(&mut page).await.as_deref(), Some(SWITCHING));
        page.write_all(&frame).await.expect("it reads");
        page.shutdown().await.expect("it is open");
        // All that the proxy has to say to this is waited for, and thrown away.
        let mut rest = Vec::new();
        let _ = page.read_to_end(&mut rest).await;
        let transcript = recorder.transcript();

        let mut user = to_good.dial().await.expect("it listens");
        let request = b"GET /script.js HTTP/1.1\r\nHost: good.test\r\n\r\n";
        user.write_all(request).await.expect("it reads");
        read_head(&mut user).await.expect("an answer");
        user.shutdown().await.expect("it is open");
        let mut body = String::new();
        user.read_to_string(&mut body).await.expect("it is text");
        drop(transcript);
        (recorder.transcript(), body)
    })
}

fn record(name: &str, transcript: &Transcript) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, transcript.to_json());
    });
}

#[test]
fn rfc6455_10_3_without_a_mask_the_proxy_is_poisoned() {
    let (transcript, body) = play("Not masked", &text_frame(None, MESSAGE));
    assert_eq!(body, POISON);
    record("attack_unmasked", &transcript);
}

#[test]
fn rfc6455_10_3_with_a_key_that_is_known_the_proxy_is_poisoned() {
    // The page masks its message itself: the client's mask takes that off again.
    let key = MaskingKey([0x37, 0xfa, 0x21, 0x3d]);
    let mut message = MESSAGE.to_vec();
    mask(&mut message, key, 0);
    let (_, body) = play("Masked with a known key", &text_frame(Some(key), &message));
    assert_eq!(body, POISON);
}

#[test]
fn rfc6455_10_3_with_a_fresh_key_the_proxy_is_not_poisoned() {
    let key = MaskingKey([0x37, 0xfa, 0x21, 0x3d]);
    let (transcript, body) = play("Masked", &text_frame(Some(key), MESSAGE));
    assert_eq!(body, HARMLESS);
    record("attack_masked", &transcript);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// One key in four thousand million is all zeros and masks nothing.
    #[test]
    fn rfc6455_10_3_no_key_that_the_page_does_not_know_will_do(key in 1u32..) {
        let key = MaskingKey(key.to_be_bytes());
        let (_, body) = play("Masked", &text_frame(Some(key), MESSAGE));
        prop_assert_eq!(body, HARMLESS);
    }
}
