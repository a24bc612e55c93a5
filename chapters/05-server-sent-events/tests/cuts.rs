//! Whatever happens to its connections, a reader is told every event once.

mod road;

use std::time::Duration;

use road::{RTT, Road, events, reader, told_until};
use tokio::time::timeout;
use wiretap::{Cut, Fault, Link, Side, harness};

const TEXTS: [&str; 4] = ["kick-off", "two\nlines", "", "für alle"];

fn expected() -> Vec<(u64, String)> {
    (1..)
        .zip(TEXTS)
        .map(|(seq, text)| (seq, text.to_owned()))
        .collect()
}

/// Reads over a network whose first connection is like this, while two events are there
/// and two more happen.
fn over(link: Link) -> Vec<(u64, String)> {
    harness::run("a stream over a fault", async move {
        let (events, road) = (events(10), Road::new());
        let _server = road.open(&events);
        road.next_over(&link, &events);
        let mut reader = reader(&road);
        for text in &TEXTS[..2] {
            events.board().append(*text);
        }
        let mut told = told_until(&mut reader, 2).await;
        for text in &TEXTS[2..] {
            events.board().append(*text);
        }
        told.extend(told_until(&mut reader, 4).await);
        told
    })
}

#[test]
fn html_9_2_4_nothing_is_lost_or_repeated_wherever_the_stream_is_cut() {
    // Head, four blocks, their chunks: some 350 bytes.
    for after in 0..400 {
        for fault in [Fault::ResetAfter(after), Fault::HalfCloseAfter(after)] {
            let link = Link::new().rtt(RTT).fault(Side::Server, fault);
            assert_eq!(over(link), expected(), "{fault:?}");
        }
    }
}

#[test]
fn nothing_is_lost_or_repeated_wherever_the_request_is_cut() {
    for after in 0..130 {
        let fault = Fault::ResetAfter(after);
        let link = Link::new().rtt(RTT).fault(Side::Client, fault);
        assert_eq!(over(link), expected(), "{fault:?}");
    }
}

#[test]
fn the_pieces_of_the_network_do_not_matter() {
    for cut in [Cut::EachByte, Cut::Coalesced, Cut::Random] {
        for seed in 0..50 {
            let link = Link::new().rtt(RTT).cut(cut).seed(seed);
            assert_eq!(over(link), expected(), "{cut:?} {seed}");
        }
    }
}

#[test]
fn a_future_dropped_at_any_millisecond_loses_and_repeats_nothing() {
    for patience in 1..300 {
        harness::run("an impatient caller", async move {
            let (events, road) = (events(10), Road::new());
            let _server = road.open(&events);
            let link = Link::new()
                .rtt(RTT)
                .cut(Cut::EachByte)
                .bandwidth(1000)
                .fault(Side::Server, Fault::ResetAfter(300));
            road.next_over(&link, &events);
            for text in TEXTS {
                events.board().append(text);
            }
            let mut reader = reader(&road);
            let mut told = Vec::new();
            // Dropped once, early or late: while it dials, asks, or reads.
            let once = Duration::from_millis(patience);
            let _ = timeout(once, async {
                loop {
                    if let Some(server_sent_events::Notice::Message(message)) =
                        reader.next().await
                    {
                        let id = message.last_event_id.parse().expect("a number");
                        told.push((id, message.data));
                    }
                }
            })
            .await;
            if told.len() < TEXTS.len() {
                told.extend(told_until(&mut reader, 4).await);
            }
            assert_eq!(told, expected(), "dropped after {once:?}");
        });
    }
}
