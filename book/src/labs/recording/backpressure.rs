//! The recording of chapter 13.

use std::future::pending;
use std::time::Duration;

use frames::MaskingKey;
use tokio::time::sleep;
use wiretap::{Link, Recorder, harness};

use super::history::on_another_day;
use super::window::Window;
use super::{RTT, assert_recorded};
use crate::labs::backpressure_lab::{Chance, Order, Overflow, SlowRoom};

const PAUSE: Duration = Duration::from_millis(600);
const CHANCE: Chance = Chance {
    nonce: || *b"the sample nonce",
    masking_key: || MaskingKey([0x37, 0xfa, 0x21, 0x3d]),
};

#[test]
fn lab_13() {
    let transcript = harness::run("carl looks away, twice", async {
        // Made in here, its clock is the paused one.
        let recorder = Recorder::new(
            "Carl looks away: the oldest is dropped, and then he is sent away",
        );
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        let room = SlowRoom::new();
        let server = room.windows(listener, "", 16, pending());
        let talk = async {
            let mut ann = Window::open(&dialer).await;
            let hello = r#"{"type":"hello","version":1,"name":"Ann"}"#;
            ann.tell(hello.to_owned()).await;
            let join = r#"{"type":"join","room":"harbour"}"#;
            ann.tell(join.to_owned()).await;
            for policy in [Overflow::DropOldest, Overflow::Close] {
                room.order(&recorder, Order::Enter { policy });
                sleep(PAUSE).await;
                room.order(&recorder, Order::Read { reads: false });
                for number in 1..=14 {
                    let text = format!("message {number}");
                    let say =
                        format!(r#"{{"type":"say","room":"harbour","text":"{text}"}}"#);
                    ann.tell(say).await;
                    sleep(RTT).await;
                }
                sleep(PAUSE).await;
                room.order(&recorder, Order::Read { reads: true });
                sleep(PAUSE).await;
            }
        };
        tokio::select! {
            () = server => unreachable!("it serves for ever"),
            never = room.carl(&recorder, CHANCE) => match never {},
            () = talk => {}
        }
        recorder.transcript()
    });
    assert_recorded("lab_13", &on_another_day(transcript));
}
