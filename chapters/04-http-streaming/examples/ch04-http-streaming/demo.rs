//! Eight seconds in which a client follows and a few events happen, told as they pass.

use std::future::pending;
use std::num::NonZeroUsize;
use std::time::Duration;

use http_streaming::{EventStream, Message, handler, serve};
use long_polling::WaitingBoard;
use raw_http::Config;
use short_polling::Board;
use tokio::time::{Instant, sleep_until};
use wiretap::{Dial, Ledger, Listen, Recorder};

const LENGTH: Duration = Duration::from_millis(8500);
/// When events happen, in milliseconds: as in chapter 2.
const EVENTS: [u64; 5] = [350, 2800, 4600, 4950, 8050];
/// More than there are.
const KEPT: NonZeroUsize = NonZeroUsize::new(100).expect("100 is not 0");
const KEEP_ALIVE: Duration = Duration::from_secs(2);

/// Plays it over any network and says line by line what happens.
pub(crate) async fn play<L: Listen, D: Dial>(
    listener: L,
    dialer: D,
    mut say: impl FnMut(String),
) -> Ledger {
    let recorder = Recorder::new("eight seconds of a stream");
    let board = WaitingBoard::new(Board::new(KEPT).into(), 0);
    let dialer = recorder.tap_dialer(dialer);
    let handler = handler(board.clone(), KEEP_ALIVE);
    let start = Instant::now();
    let publish = async {
        for millis in EVENTS {
            sleep_until(start + Duration::from_millis(millis)).await;
            recorder.published(board.append(format!("event at {millis} ms")));
        }
        pending::<()>().await
    };
    let follow = async {
        let silence = 3 * KEEP_ALIVE;
        let stream = EventStream::follow(&dialer, "board.test", Some(0), silence).await;
        let mut stream = stream.expect("the server is here");
        while let Ok(Some(Message::Event(event))) = stream.next().await {
            recorder.delivered(event.seq);
            let now = start.elapsed();
            let born = Duration::from_millis(EVENTS[event.seq as usize - 1]);
            let late = now.saturating_sub(born).as_millis();
            let (now, seq) = (now.as_secs_f64(), event.seq);
            say(format!("{now:7.3} s  event {seq}, {late} ms late"));
        }
    };
    tokio::select! {
        biased;
        () = sleep_until(start + LENGTH) => {}
        () = serve(listener, handler, Config::default(), pending()) => {}
        () = publish => {}
        () = follow => {}
    }
    Ledger::of(&recorder.transcript())
}

/// What it cost, in a few lines.
pub(crate) fn cost(ledger: &Ledger) -> String {
    let heads = ledger.request_head_bytes + ledger.response_head_bytes;
    let mut text = format!(
        "{} request over {} connection\n{heads} bytes of heads, {} of payload",
        ledger.requests, ledger.connections, ledger.payload_bytes,
    );
    if let Some(bytes) = ledger.bytes_per_event() {
        text += &format!(": {bytes} for each event");
    }
    text
}
