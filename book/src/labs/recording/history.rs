//! The recording of chapter 14.

use std::time::Duration;

use tokio::time::sleep;
use wiretap::{Link, LinkDialer, Recorder, Side, Transcript, harness};

use super::window::Window;
use super::{RTT, assert_recorded};
use crate::labs::cut::Scissors;
use crate::labs::history_lab::Rooms;

const PAUSE: Duration = Duration::from_millis(600);

#[test]
fn lab_14() {
    let transcript = harness::run("bob is cut off, and ada loses an answer", async {
        // Made in here, its clock is the paused one.
        let recorder = Recorder::new(
            "Bob is cut off and resumes; Ada loses an answer and says it again",
        );
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        let scissors = Scissors::default();
        let (rooms, listener) = (Rooms::new(), scissors.reach(listener));
        let server = rooms.serve(listener, "", 16, std::future::pending());
        let windows = async {
            let bob = window(&dialer, "bob", None).await;
            let mut ada = window(&dialer, "ada", None).await;
            say(&mut ada, "one", "b81e0c-1").await;
            sleep(PAUSE).await;
            recorder.note(Side::Server, "every connection is cut");
            scissors.cut();
            drop((bob, ada));
            let mut ada = window(&dialer, "ada", Some(1)).await;
            say(&mut ada, "two", "b81e0c-2").await;
            sleep(PAUSE).await;
            recorder.note(Side::Client, "bob comes back, after 1");
            let bob = window(&dialer, "bob", Some(1)).await;
            sleep(PAUSE).await;
            recorder.note(Side::Client, "ada does not wait for the answer");
            say(&mut ada, "three", "b81e0c-3").await;
            drop(ada);
            let mut ada = window(&dialer, "ada", Some(2)).await;
            say(&mut ada, "three", "b81e0c-3").await;
            sleep(PAUSE).await;
            drop(bob);
        };
        tokio::select! {
            () = server => unreachable!("it serves for ever"),
            () = windows => {}
        }
        recorder.transcript()
    });
    assert_recorded("lab_14", &on_another_day(transcript));
}

/// With RFC 9110's own day in the place of today (§5.6.7).
pub(super) fn on_another_day(mut transcript: Transcript) -> Transcript {
    let entries = transcript.entries.iter_mut();
    let lines = entries.flat_map(|entry| &mut entry.content.lines);
    for line in lines.filter(|line| line.starts_with("date: ")) {
        *line = r"date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".to_owned();
    }
    transcript
}

/// A window that has said hello and joined the room, after what it has been told.
async fn window(dialer: &LinkDialer, name: &str, after: Option<u64>) -> Window {
    let mut window = Window::open(dialer).await;
    let hello = format!(r#"{{"type":"hello","version":2,"name":"{name}"}}"#);
    window.tell(hello).await;
    let after = after.map(|seq| format!(r#","after":{seq}"#));
    let after = after.unwrap_or_default();
    let join = format!(r#"{{"type":"join","room":"harbour"{after}}}"#);
    window.tell(join).await;
    sleep(PAUSE).await;
    window
}

async fn say(window: &mut Window, text: &str, id: &str) {
    let room = r#""type":"say","room":"harbour""#;
    let say = format!(r#"{{{room},"text":"{text}","id":"{id}"}}"#);
    window.tell(say).await;
}
