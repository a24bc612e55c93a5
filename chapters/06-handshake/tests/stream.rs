//! The handshake over a stream: cut anywhere, dropped anywhere, ended.

mod common;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use common::{NONCE, answer, offer, request};
use handshake::{
    Accepted, Agreed, HandshakeError, Opened, Policy, Refusal, accept, connect,
};
use raw_http::{Limits, RequestHead};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use wiretap::{Cut, Link, Recorder, harness};

const FROM_CLIENT: &[u8] = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
const FROM_SERVER: &[u8] = b"\x81\x05Hello";

fn by_default(request: &RequestHead) -> Result<Accepted, Refusal> {
    Policy::default().check(request)
}

async fn accept_one<Io>(io: Io) -> Result<Opened<Io, Accepted>, HandshakeError>
where
    Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    accept(io, &Limits::default(), by_default).await
}

async fn connect_one<Io>(io: Io) -> Result<Opened<Io, Agreed>, HandshakeError>
where
    Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    connect(io, &Limits::default(), offer(), NONCE).await
}

#[test]
fn the_two_ends_meet_however_the_network_cuts() {
    let cuts = [Cut::AsWritten, Cut::EachByte, Cut::Random, Cut::Coalesced];
    for (seed, cut) in (0..16).flat_map(|seed| cuts.map(|cut| (seed, cut))) {
        harness::run("a handshake over a link", async move {
            let link = Link::new().seed(seed).cut(cut);
            let (client, server) = link.pair(&Recorder::new("a handshake"));
            let server = tokio::spawn(async move {
                let mut opened = accept_one(server).await.expect("a good request");
                opened.io.write_all(FROM_SERVER).await.expect("sent");
                opened.io.shutdown().await.expect("ended");
                all(opened).await
            });
            let mut opened = connect_one(client).await.expect("a good answer");
            opened.io.write_all(FROM_CLIENT).await.expect("sent");
            opened.io.shutdown().await.expect("ended");
            assert_eq!(all(opened).await, FROM_SERVER);
            assert_eq!(server.await.expect("no panic"), FROM_CLIENT);
        });
    }
}

/// Everything that comes after the head.
async fn all<Io: tokio::io::AsyncRead + Unpin, Terms>(
    opened: Opened<Io, Terms>,
) -> Vec<u8> {
    let Opened { mut io, rest, .. } = opened;
    let mut bytes = rest.to_vec();
    io.read_to_end(&mut bytes).await.expect("the rest");
    bytes
}

/// The head and the first frame in one read, and every part of them.
#[test]
fn section_4_1_the_first_frames_are_carried_over_for_the_client() {
    let bytes = [answer(&[]).as_bytes(), FROM_SERVER].concat();
    for cut in 0..=bytes.len() {
        let bytes = bytes.clone();
        harness::run("an answer and a frame", async move {
            let (client, mut server) = duplex(1024);
            let client = tokio::spawn(connect_one(client));
            server.write_all(&bytes[..cut]).await.expect("sent");
            tokio::task::yield_now().await;
            server.write_all(&bytes[cut..]).await.expect("sent");
            let opened = client.await.expect("no panic").expect("a good answer");
            server.shutdown().await.expect("ended");
            assert_eq!(all(opened).await, FROM_SERVER, "cut after {cut}");
        });
    }
}

#[test]
fn section_4_2_the_first_frames_are_carried_over_for_the_server() {
    let bytes = [request(&[]).as_bytes(), FROM_CLIENT].concat();
    for cut in 0..=bytes.len() {
        let bytes = bytes.clone();
        harness::run("a request and a frame", async move {
            let (mut client, server) = duplex(1024);
            let server = tokio::spawn(accept_one(server));
            client.write_all(&bytes[..cut]).await.expect("sent");
            tokio::task::yield_now().await;
            client.write_all(&bytes[cut..]).await.expect("sent");
            let opened = server.await.expect("no panic").expect("a good request");
            client.shutdown().await.expect("ended");
            assert_eq!(all(opened).await, FROM_CLIENT, "cut after {cut}");
        });
    }
}

/// Lets the other end get these bytes, and then goes away from its half-done future.
fn dropped_after<F: Future>(future: fn(DuplexStream) -> F, bytes: &[u8]) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(async {
        let (mut peer, io) = duplex(4096);
        peer.write_all(bytes).await.expect("there is room");
        {
            let mut future = pin!(future(io));
            let polled = future
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(polled, Poll::Pending), "it waits for the rest");
        }
        let mut got = Vec::new();
        peer.read_to_end(&mut got)
            .await
            .expect("an end, and no hang");
        got
    })
}

#[test]
fn to_drop_the_servers_part_after_any_byte_closes_the_connection() {
    let request = request(&[]);
    for cut in 0..request.len() {
        let got = dropped_after(accept_one, &request.as_bytes()[..cut]);
        assert_eq!(got, b"", "nothing was answered after {cut} bytes");
    }
}

#[test]
fn to_drop_the_clients_part_after_any_byte_closes_the_connection() {
    let answer = answer(&[]);
    for cut in 0..answer.len() {
        let got = dropped_after(connect_one, &answer.as_bytes()[..cut]);
        assert!(got.starts_with(b"GET /chat HTTP/1.1\r\n"));
        // Section 4.1: nothing is sent before the answer is checked.
        assert!(got.ends_with(b"Sec-WebSocket-Version: 13\r\n\r\n"));
    }
}

#[test]
fn an_end_in_the_middle_is_no_handshake() {
    for cut in 0..request(&[]).len() {
        harness::run("a client that ends", async move {
            let (mut client, server) = duplex(1024);
            let request = request(&[]);
            client
                .write_all(&request.as_bytes()[..cut])
                .await
                .expect("sent");
            client.shutdown().await.expect("ended");
            let error = accept_one(server).await.expect_err("half a request");
            assert!(
                matches!(error, HandshakeError::Incomplete),
                "{cut}: {error}"
            );
        });
    }
    for cut in 0..answer(&[]).len() {
        harness::run("a server that ends", async move {
            let (client, mut server) = duplex(1024);
            let answer = answer(&[]);
            server
                .write_all(&answer.as_bytes()[..cut])
                .await
                .expect("sent");
            server.shutdown().await.expect("ended");
            let error = connect_one(client).await.expect_err("half an answer");
            assert!(
                matches!(error, HandshakeError::Incomplete),
                "{cut}: {error}"
            );
        });
    }
}
