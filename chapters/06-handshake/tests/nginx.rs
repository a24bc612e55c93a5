//! A real nginx between a client and its server: what it takes for an upgrade to get
//! through. Without one this test says so and passes; in CI it fails.
#![cfg(unix)]

mod common;
#[path = "../../04-http-streaming/tests/common/nginx.rs"]
mod nginx;
#[path = "../../04-http-streaming/tests/common/real.rs"]
mod real;

use std::future::pending;

use common::{NONCE, offer};
use handshake::{
    Accepted, Agreed, HandshakeError, Offer, Opened, Policy, Rejection, connect, serve,
};
use nginx::Nginx;
use raw_http::{Limits, RequestHead};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use wiretap::{Dial as _, Part, Recorder, Tap};

/// The two fields that concern one hop, which nginx otherwise writes itself.
const FIELDS: &str =
    "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;";

/// Sends back what comes.
async fn echo(opened: Opened<Tap<TcpStream>, Accepted>) {
    let (mut reader, mut writer) = tokio::io::split(opened.io);
    // The client ends it.
    let _ = writer.write_all(&opened.rest).await;
    let _ = tokio::io::copy(&mut reader, &mut writer).await;
    let _ = writer.shutdown().await;
}

/// The chapter's server on a port of loopback, and an nginx in front of it.
async fn behind_nginx(recorder: &Recorder, places: &[(&str, &str)]) -> Option<Nginx> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let decide = |request: &RequestHead| Policy::default().check(request);
    let listener = recorder.tap_listener(listener);
    // It ends with the test's runtime.
    tokio::spawn(serve(listener, decide, echo, pending()));
    Nginx::start(address, places)
}

async fn open(
    nginx: &Nginx,
    place: &str,
) -> Result<Opened<UnixStream, Agreed>, HandshakeError> {
    let io = nginx.dialer().dial().await.expect("it listens");
    let offer = Offer {
        resource_name: format!("/{place}/chat"),
        ..offer()
    };
    connect(io, &Limits::default(), offer, NONCE).await
}

#[test]
fn nginx_passes_an_upgrade_on_when_three_lines_tell_it_to() {
    real::run("an upgrade through nginx", async {
        let all = format!("proxy_http_version 1.1; {FIELDS}");
        let fields_alone = format!("proxy_http_version 1.0; {FIELDS}");
        let places = [
            ("nothing", ""),
            ("version", "proxy_http_version 1.1;"),
            ("fields", &fields_alone),
            ("all", &all),
        ];
        let recorder = Recorder::new("behind nginx");
        let Some(nginx) = behind_nginx(&recorder, &places).await else {
            return;
        };
        for place in ["nothing", "version", "fields"] {
            let refused = open(&nginx, place).await.expect_err(place);
            let HandshakeError::Rejected(Rejection::Status(answer)) = refused else {
                panic!("{place}: {refused}");
            };
            assert_eq!(answer.status, 426, "{place}");
        }
        let mut opened = open(&nginx, "all").await.expect("a handshake");
        opened.io.write_all(b"\x81\x05Hello").await.expect("sent");
        let mut echo = [0; 7];
        opened
            .io
            .read_exact(&mut echo)
            .await
            .expect("it comes back");
        assert_eq!(&echo, b"\x81\x05Hello");

        // What the server has seen of the four: whether there was an upgrade in it.
        let transcript = recorder.transcript();
        let heads = transcript.entries.iter();
        let heads = heads.filter(|entry| entry.part == Part::RequestHead);
        let asked: Vec<bool> = heads
            .map(|head| head.content.lines.concat().contains("Upgrade: websocket"))
            .collect();
        assert_eq!(asked, [false, false, true, true]);
    });
}
