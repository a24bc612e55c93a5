//! Whatever happens to its connections, a poller tells every event once.

mod road;

use std::time::Duration;

use road::{Road, board, events_until, poller};
use short_polling::Variant;
use wiretap::{Cut, Fault, Link, Side, harness};

const RTT: Duration = Duration::from_millis(100);
const BOTH: [Variant; 2] = [Variant::Cursor, Variant::ETag];

/// Polls over a network whose first connection has this fault, while one event after the
/// other happens, and gives the events that were told.
fn over_a_fault(variant: Variant, from: Side, fault: Fault) -> Vec<u64> {
    harness::run("polling over a fault", async move {
        let board = board(100);
        let road = Road::new(Link::new().rtt(RTT));
        road.open(&board);
        road.first_connection(Link::new().rtt(RTT).fault(from, fault), &board);
        let mut poller = poller(road, variant);
        let mut told = Vec::new();
        for _ in 0..3 {
            board.append("x");
            board.append("y");
            told.extend(events_until(&mut poller, board.last()).await);
        }
        told
    })
}

#[test]
fn nothing_is_lost_or_repeated_wherever_an_answer_is_cut_off() {
    for variant in BOTH {
        for bytes in 0..360 {
            for fault in [Fault::ResetAfter(bytes), Fault::HalfCloseAfter(bytes)] {
                let told = over_a_fault(variant, Side::Server, fault);
                assert_eq!(told, [1, 2, 3, 4, 5, 6], "{variant:?} {fault:?}");
            }
        }
    }
}

#[test]
fn nothing_is_lost_or_repeated_wherever_a_question_is_cut_off() {
    for variant in BOTH {
        for bytes in 0..130 {
            for fault in [Fault::ResetAfter(bytes), Fault::HalfCloseAfter(bytes)] {
                let told = over_a_fault(variant, Side::Client, fault);
                assert_eq!(told, [1, 2, 3, 4, 5, 6], "{variant:?} {fault:?}");
            }
        }
    }
}

#[test]
fn how_the_stream_is_cut_into_reads_makes_no_difference() {
    let cuts = [Cut::AsWritten, Cut::EachByte, Cut::Random, Cut::Coalesced];
    for (cut, seed) in cuts.into_iter().flat_map(|cut| [(cut, 1), (cut, 2)]) {
        for variant in BOTH {
            let told = harness::run("polling over a chopped stream", async move {
                let board = board(100);
                let road = Road::new(Link::new().rtt(RTT).cut(cut).seed(seed));
                road.open(&board);
                let mut poller = poller(road, variant);
                let mut told = Vec::new();
                for _ in 0..5 {
                    board.append("some text, and an ü");
                    told.extend(events_until(&mut poller, board.last()).await);
                }
                told
            });
            assert_eq!(told, [1, 2, 3, 4, 5], "{variant:?} {cut:?} seed {seed}");
        }
    }
}
