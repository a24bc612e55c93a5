//! A few seconds each, for the figures of the page.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use wiretap::{Recorder, Transcript, harness};

use super::{Scenario, stage};
use crate::poller::{Notice, Variant};

/// When the one event of a figure happens.
const EVENT: Duration = Duration::from_millis(1400);

/// Three polls by cursor over one connection; the last one brings an event.
pub fn a_kept_poll() -> Transcript {
    play("Three polls over a kept connection", Variant::Cursor, true)
}

/// The same with a connection of its own for each poll.
pub fn a_fresh_poll() -> Transcript {
    play(
        "The same, with a connection for each poll",
        Variant::Cursor,
        false,
    )
}

/// Three conditional polls: the board, "you have that already", and the board again.
pub fn not_modified() -> Transcript {
    play("Three polls with an ETag", Variant::ETag, true)
}

fn play(title: &'static str, variant: Variant, keep_alive: bool) -> Transcript {
    harness::run(title, async move {
        let recorder = Recorder::new(title);
        let start = Instant::now();
        let (board, dialer) = stage(&recorder, 0);
        let publishing = recorder.clone();
        tokio::spawn(async move {
            sleep(EVENT).await;
            publishing.published(board.append("kick-off"));
        });
        let scenario = Scenario {
            variant,
            keep_alive,
            ..Scenario::every(Duration::from_secs(1))
        };
        let mut poller = scenario.poller(dialer);
        match poller.next().await {
            Notice::Event(event) => recorder.delivered(event.seq),
            surprise => panic!("on a link without faults: {surprise:?}"),
        }
        // The ends of a fresh connection are still to come.
        sleep_until(start + Duration::from_millis(2500)).await;
        recorder.transcript()
    })
}
