//! What a restart of the server does to those who poll it.

mod road;

use std::time::Duration;

use raw_http::Config;
use road::{Road, board, events_until, poller};
use short_polling::{Board, Notice, SharedBoard, Variant, serve};
use tokio::sync::oneshot;
use wiretap::{Link, Recorder, harness};

const BOTH: [Variant; 2] = [Variant::Cursor, Variant::ETag];

/// A server of its own that is told to stop by dropping the sender.
fn start(road: &Road, board: &SharedBoard) -> oneshot::Sender<()> {
    let (stop, stopped) = oneshot::channel::<()>();
    let link = Link::new().rtt(Duration::from_millis(100));
    let (dialer, listener) = link.network(&Recorder::new("a server"));
    road.lead_to(dialer);
    let shutdown = async { drop(stopped.await) };
    tokio::spawn(serve(listener, board.clone(), Config::default(), shutdown));
    stop
}

#[test]
fn a_board_that_outlives_its_server_is_read_on() {
    for variant in BOTH {
        harness::run("a restart", async move {
            let (board, road) = (board(100), Road::new(Link::new()));
            let server = start(&road, &board);
            let mut poller = poller(road.clone(), variant);
            board.append("1");
            assert_eq!(events_until(&mut poller, 1).await, [1]);
            drop(server);
            board.append("2");
            let notice = poller.next().await;
            assert!(
                matches!(notice, Notice::Failed { .. }),
                "{variant:?} {notice:?}"
            );
            board.append("3");
            let _server = start(&road, &board);
            assert_eq!(events_until(&mut poller, 3).await, [2, 3], "{variant:?}");
        });
    }
}

/// What a poller that has seen five events is told when the server comes back with
/// another board, up to the first event.
fn told_after_a_restart(variant: Variant, other: Board) -> Vec<Notice> {
    harness::run("a restart that forgets", async move {
        let (board, road) = (board(100), Road::new(Link::new()));
        let server = start(&road, &board);
        for text in ["1", "2", "3", "4", "5"] {
            board.append(text);
        }
        let mut poller = poller(road.clone(), variant);
        events_until(&mut poller, 5).await;
        drop(server);
        let _server = start(&road, &SharedBoard::from(other));
        let mut told = Vec::new();
        while !matches!(told.last(), Some(Notice::Event(_))) {
            told.push(poller.next().await);
        }
        told.retain(|notice| !matches!(notice, Notice::Failed { .. }));
        told
    })
}

#[test]
fn a_board_that_begins_at_1_again_is_noticed_when_it_is_behind() {
    for variant in BOTH {
        let mut other = road::bare_board(100);
        other.append("a new beginning");
        let told = told_after_a_restart(variant, other);
        let [Notice::Restarted { had: 5, last: 1 }, Notice::Event(event)] = &told[..]
        else {
            panic!("{variant:?}: {told:?}");
        };
        assert_eq!((event.seq, &event.text[..]), (1, "a new beginning"));
    }
}

#[test]
fn a_board_that_follows_is_a_gap_that_names_what_was_forgotten() {
    for variant in BOTH {
        // Two more events happened before the server went down.
        let mut other = Board::following(7, road::capacity(100));
        other.append("after the restart");
        let told = told_after_a_restart(variant, other);
        let [Notice::Gap(gap), Notice::Event(event)] = &told[..] else {
            panic!("{variant:?}: {told:?}");
        };
        assert_eq!((gap.first, gap.last, event.seq), (6, 7, 8), "{variant:?}");
    }
}

/// The hole that is left, and the reason for [`Board::following`]: a board that begins at
/// 1 again and has overtaken its readers by the time they ask.
#[test]
fn a_board_that_begins_at_1_again_and_overtakes_its_readers_loses_events() {
    for variant in BOTH {
        let mut other = road::bare_board(100);
        for text in ["lost", "lost", "lost", "lost", "lost", "seen"] {
            other.append(text);
        }
        let told = told_after_a_restart(variant, other);
        let [Notice::Event(event)] = &told[..] else {
            panic!("{variant:?}: {told:?}");
        };
        assert_eq!((event.seq, &event.text[..]), (6, "seen"), "{variant:?}");
    }
}
