//! The recording of chapter 6.

use std::time::Duration;

use handshake::{Offer, Opened};
use raw_http::{Limits, RequestHead};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use wiretap::{Dial as _, Link, LinkDialer, Recorder, Side, harness};

use super::{RTT, assert_recorded};
use crate::labs::handshake_lab::{Answer, Handshakes, Order};

/// The origin of the page.
const PAGE: &str = "http://book.example";

#[test]
fn lab_06() {
    let transcript = harness::run("three handshakes", async {
        // Made in here, its clock is the paused one.
        let recorder =
            Recorder::new("A handshake, a page that may not, and a wrong accept");
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        let stage = Handshakes::default();
        let (deciding, talking) = (stage.clone(), stage.clone());
        let decide = move |request: &RequestHead| deciding.decide(PAGE, request);
        let talk = move |opened| talking.clone().talk(opened);
        let over = CancellationToken::new();
        let server = handshake::serve(listener, decide, talk, over.cancelled());
        let order = Order::default();
        let orders = [
            ("the server keeps its rules", order),
            (
                "the page is not on the list",
                Order {
                    listed: false,
                    ..order
                },
            ),
            (
                "the server answers another key",
                Order {
                    answer: Answer::WrongAccept,
                    ..order
                },
            ),
        ];
        let client = async {
            for (what, order) in orders {
                stage.obey(order);
                recorder.note(Side::Server, what);
                connect_once(&dialer, &recorder).await;
                sleep(Duration::from_millis(600)).await;
            }
            over.cancel();
        };
        tokio::join!(server, client);
        recorder.transcript()
    });
    assert_recorded("lab_06", &transcript);
}

/// What a browser would do, and what its script would be told.
async fn connect_once(dialer: &LinkDialer, recorder: &Recorder) {
    let url = "ws://lab.example/chat".parse().expect("a URL");
    let mut offer = Offer::new(&url);
    offer.subprotocols = vec!["chat.v1".to_owned()];
    offer.headers.append("Origin", PAGE);
    let io = dialer.dial().await.expect("a connection");
    let nonce = *b"the sample nonce";
    let limits = Limits::default();
    match handshake::connect(io, &limits, offer, nonce).await {
        Ok(opened) => {
            recorder.note(Side::Client, "the script is told: open");
            let Opened { mut io, rest, .. } = opened;
            let mut frames = rest.to_vec();
            io.read_to_end(&mut frames).await.expect("an end");
            // The answer to the Close, by hand: masked, with the same code.
            io.write_all(b"\x88\x82\x37\xfa\x21\x3d\x38\x5b")
                .await
                .expect("sent");
            recorder.note(Side::Client, "the script is told: close 4001, room is full");
        }
        Err(_) => recorder.note(Side::Client, "the script is told: close 1006"),
    }
}
