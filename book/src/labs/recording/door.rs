//! The recording of chapter 15.

#[path = "../../../../chapters/15-gatekeeping/tests/wire/scrub.rs"]
mod scrub;

use std::time::Duration;

use handshake::{HandshakeError, Offer};
use raw_http::Limits;
use tokio::time::sleep;
use wiretap::{Dial as _, Link, LinkDialer, Recorder, Side, harness};

use super::window::Window;
use super::{RTT, assert_recorded};
use crate::labs::door_lab::{Gatehouse, Outcome};

const PAUSE: Duration = Duration::from_millis(600);
/// What is shown for a ticket.
const SHOWN: &str = "9Jk2bSGTxvZmQ0aW7dLr8A";

#[test]
fn lab_15() {
    let (transcript, ticket) = harness::run("a ticket is shown twice", async {
        // Made in here, its clock is the paused one.
        let recorder = Recorder::new(
            "A ticket is shown twice; Ada signs out; a page of somebody else knocks",
        );
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        let door = Gatehouse::new().expect("a folder");
        let server =
            door.serve(listener, "http://chat.test", 16, std::future::pending());
        let windows = async {
            door.sign_in().await.expect("an account");
            let Ok(Outcome::Ticket { ticket, .. }) = door.ticket().await else {
                panic!("a ticket");
            };
            recorder.note(Side::Client, "Ada's page fetches a ticket");
            let hello = format!(
                r#"{{"type":"hello","version":3,"ticket":"{}"}}"#,
                ticket.reveal()
            );
            let mut ada = Window::open(&dialer).await;
            ada.tell(hello.clone()).await;
            sleep(PAUSE).await;
            recorder.note(Side::Client, "the same ticket once more");
            let mut again = Window::open(&dialer).await;
            again.tell(hello).await;
            sleep(PAUSE).await;
            recorder.note(Side::Client, "Ada signs out");
            door.sign_out().await.expect("a session");
            sleep(PAUSE).await;
            recorder.note(Side::Client, "a page of somebody else opens a socket");
            knock(&dialer).await;
            drop((ada, again));
            ticket
        };
        let ticket = tokio::select! {
            () = server => unreachable!("it serves for ever"),
            ticket = windows => ticket,
        };
        (recorder.transcript(), ticket)
    });
    let scrubbed = scrub::scrub(transcript, &[(ticket.reveal(), SHOWN)]);
    assert_recorded("lab_15", &scrubbed);
}

async fn knock(dialer: &LinkDialer) {
    let mut offer = Offer::new(&"ws://lab.example/chat".parse().expect("a URL"));
    offer.headers.append("Origin", "http://teapots.test");
    let io = dialer.dial().await.expect("a connection");
    let nonce = *b"the sample nonce";
    let opened = handshake::connect(io, &Limits::default(), offer, nonce).await;
    assert!(matches!(opened, Err(HandshakeError::Rejected(_))));
}
