//! Chapter 2's ten seconds once more: the same five events, and a client that waits.

use std::collections::HashMap;
use std::future::pending;
use std::num::NonZeroUsize;
use std::time::Duration;

use long_polling::{Hold, WaitingBoard, long_poller, serve};
use raw_http::{Client, Config};
use short_polling::{Board, Notice, Page, Poller};
use tokio::time::{Instant, sleep_until};
use wiretap::{Dial, Entry, Ledger, Listen, Part, Recorder, Side};

const LENGTH: Duration = Duration::from_millis(10_500);
/// When events happen, in milliseconds.
const EVENTS: [u64; 5] = [350, 2800, 4600, 4950, 8050];
/// More than there are.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(100).expect("100 is not 0");

/// Plays it over any network and says line by line what happens.
pub(crate) async fn play<L: Listen, D: Dial>(
    listener: L,
    dialer: D,
    mut say: impl FnMut(String),
) -> Ledger {
    let recorder = Recorder::new("ten seconds of long polling");
    let board = WaitingBoard::new(Board::new(CAPACITY).into(), 10);
    let client = Client::new(recorder.tap_dialer(dialer), "board.test");
    let poller = long_poller(client, 0).resume_after(0);
    let end = Instant::now() + LENGTH;
    let (hold, config) = (Hold::default(), Config::default());
    tokio::select! {
        () = sleep_until(end) => {}
        () = serve(listener, board.clone(), hold, config, pending()) => {}
        () = poll(poller, &recorder) => {}
        () = publish(board, &recorder) => {}
        () = tell(&recorder, &mut say) => {}
    }
    Ledger::of(&recorder.transcript())
}

async fn publish(board: WaitingBoard, recorder: &Recorder) {
    let start = Instant::now();
    for (seq, millis) in (1..).zip(EVENTS) {
        sleep_until(start + Duration::from_millis(millis)).await;
        recorder.published(seq);
        board.append(format!("event at {millis} ms"));
    }
    // The demonstration goes on without further events.
    pending().await
}

async fn poll<D: Dial>(mut poller: Poller<D>, recorder: &Recorder) {
    loop {
        match poller.next().await {
            Notice::Event(event) => recorder.delivered(event.seq),
            other => recorder.note(Side::Client, format!("{other:?}")),
        }
    }
}

/// Reads the recording as it grows, and tells it.
async fn tell(recorder: &Recorder, say: &mut impl FnMut(String)) {
    let mut births = HashMap::new();
    let mut cursor = 0;
    loop {
        recorder.changed(cursor).await;
        let (entries, next) = recorder.entries_since(cursor);
        cursor = next;
        for entry in entries {
            let time = entry.sent();
            let what = match entry.part {
                Part::RequestHead => entry.label.replace(" HTTP/1.1", ""),
                Part::Published => {
                    let line = format!("{:41}event {} happens", "", entry.label);
                    births.insert(entry.label, time);
                    line
                }
                Part::Body => format!("{:23}{}", "", describe(&entry, &births)),
                Part::Note => entry.label,
                _ => continue,
            };
            say(format!("{:7.3} s  {what}", time.as_secs_f64()));
        }
    }
}

/// What an answer's body has, and how late that is.
fn describe(body: &Entry, births: &HashMap<String, Duration>) -> String {
    let text = body.content.lines.concat();
    let Ok(page) = serde_json::from_str::<Page>(&text) else {
        return text;
    };
    let events = page.events.iter().map(|event| {
        let seq = event.seq.to_string();
        let late = births
            .get(&seq)
            .map(|birth| body.sent().saturating_sub(*birth));
        format!(
            "event {seq}, {} ms late",
            late.unwrap_or_default().as_millis()
        )
    });
    match events.collect::<Vec<_>>() {
        events if events.is_empty() => "nothing".to_owned(),
        events => events.join("; "),
    }
}

/// What it cost, in a few lines.
pub(crate) fn cost(ledger: &Ledger) -> String {
    let plural = if ledger.connections == 1 { "" } else { "s" };
    let heads = ledger.request_head_bytes + ledger.response_head_bytes;
    let mut text = format!(
        "{} requests over {} connection{plural}, {} answers empty\n\
         {heads} bytes of heads, {} of payload",
        ledger.requests, ledger.connections, ledger.empty_answers, ledger.payload_bytes,
    );
    if let Some(bytes) = ledger.bytes_per_event() {
        text += &format!(": {bytes} for each event");
    }
    if let Some(latency) = ledger.latency {
        let [min, mean, max] =
            [latency.min_us, latency.mean_us, latency.max_us].map(|us| us / 1000);
        text += &format!("\nlatency {min} to {max} ms, {mean} ms on average");
    }
    text
}
