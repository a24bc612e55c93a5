//! A few seconds each, for the figures of the page.

use std::future::Future;
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};
use wiretap::{Dial, Recorder, Transcript, harness};

use super::{publish, read, reader, stage, stage_behind_a_proxy};
use crate::board::WaitingBoard;
use crate::server::Hold;

/// Chapter 2's event, 1.4 s after the beginning, with a question that is held.
pub fn a_held_request() -> Transcript {
    let title = "One question, held until there is an answer";
    play(title, 2000, |recorder, _| async move {
        let (board, dialer) = stage(&recorder, Hold::default());
        let times = vec![Duration::from_millis(1400)];
        tokio::spawn(publish(board, recorder, times));
        dialer
    })
}

/// Nothing happens for as long as the server holds a question.
pub fn a_quiet_half_minute() -> Transcript {
    let title = "Nothing happens for thirty seconds";
    play(title, 31_000, |recorder, _| async move {
        stage(&recorder, Hold::default()).1
    })
}

/// An event happens, and another one as soon as the answer with the first has left.
pub fn the_worst_case() -> Transcript {
    let title = "Two events, the second at the worst moment";
    play(title, 1300, |recorder, start| async move {
        let (board, dialer) = stage(&recorder, Hold::default());
        tokio::spawn(async move {
            sleep_until(start + Duration::from_millis(1000)).await;
            two_at_the_worst_moment(&board, &recorder).await;
        });
        dialer
    })
}

/// The second event comes at the same instant, but after the answer has been written.
pub(super) async fn two_at_the_worst_moment(board: &WaitingBoard, recorder: &Recorder) {
    recorder.published(1);
    board.append("event 1");
    while board.census().waiting > 0 {
        yield_now().await;
    }
    recorder.published(2);
    board.append("event 2");
}

/// A proxy waits for 20 s, and the server holds a question for 30 s. The transcript is of
/// what passes between the client and the proxy.
pub fn a_proxy_gives_up() -> Transcript {
    let title = "A proxy with less patience than the server behind it";
    play(title, 20_500, |recorder, _| async move {
        let patience = Duration::from_secs(20);
        stage_behind_a_proxy(&recorder, Hold::default(), patience).1
    })
}

/// Plays so many milliseconds of a reader over a kept connection.
fn play<D, Fut>(
    title: &'static str,
    millis: u64,
    stage: impl FnOnce(Recorder, Instant) -> Fut + Send + 'static,
) -> Transcript
where
    D: Dial,
    Fut: Future<Output = D> + Send,
{
    harness::run(title, async move {
        let start = Instant::now();
        let recorder = Recorder::new(title);
        let dialer = stage(recorder.clone(), start).await;
        let end = start + Duration::from_millis(millis);
        read(reader(dialer, true), recorder.clone(), end).await;
        recorder.transcript()
    })
}
