//! The recording of chapter 9.

use std::time::Duration;

use connection::{CloseCode, Config, Connection, Message, Role, WebSocket, serve};
use frames::MaskingKey;
use handshake::{Offer, Opened, Policy};
use raw_http::{Limits, RequestHead};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use wiretap::{Dial as _, Link, LinkDialer, Recorder, harness};

use super::{RTT, assert_recorded};
use crate::labs::connection_lab::{Connections, Order, by_hand, server_config};

const PAUSE: Duration = Duration::from_millis(600);

#[test]
fn lab_09() {
    let transcript = harness::run("a life, and three that are refused", async {
        // Made in here, its clock is the paused one.
        let recorder =
            Recorder::new("A message, fragments, a goodbye; and three rules broken");
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        let connections = Connections::new();
        let (telling, noting) = (connections.clone(), recorder.clone());
        let decide = move |request: &RequestHead| {
            let accepted = Policy::default().check(request)?;
            Ok((accepted, telling.handler(&noting)))
        };
        let over = CancellationToken::new();
        let server = serve(listener, server_config(16), decide, over.cancelled());
        let client = async {
            live(&dialer, &connections).await;
            over.cancel();
            for (name, nonce) in [
                ("a frame without a mask", [1; 16]),
                ("bad UTF-8, 3 bytes of 1,000", [2; 16]),
                ("a Close of one byte", [3; 16]),
            ] {
                sleep(PAUSE).await;
                by_hand(&recorder, name, nonce).await.expect("it ends");
            }
        };
        tokio::join!(server, client);
        recorder.transcript()
    });
    assert_recorded("lab_09", &transcript);
}

/// What a browser would do, and what the reader asks the server for meanwhile.
async fn live(dialer: &LinkDialer, connections: &Connections) {
    let offer = Offer::new(&"ws://lab.example/".parse().expect("a URL"));
    let io = dialer.dial().await.expect("a connection");
    let nonce = *b"the sample nonce";
    let opened = handshake::connect(io, &Limits::default(), offer, nonce).await;
    let Opened { io, rest, .. } = opened.expect("a handshake");
    let config = Config {
        masking_key: || MaskingKey([0x37, 0xfa, 0x21, 0x3d]),
        ..Config::default()
    };
    let client = Connection::new(Role::Client, config);
    let (mut reader, mut writer) = WebSocket::new(io, client, rest).split();
    let read = async { while reader.read().await.is_some() {} };
    let act = async {
        let hello = Message::Text("Hello".into());
        writer.send(hello).await.expect("it is open");
        let goodbye = Order::Close(CloseCode::NORMAL, "bye".to_owned());
        for order in [Order::Fragments, goodbye] {
            sleep(PAUSE).await;
            connections.order(order).expect("somebody listens");
        }
    };
    tokio::join!(read, act);
}
