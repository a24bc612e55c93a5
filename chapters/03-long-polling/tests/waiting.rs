//! What a wait promises, under a paused clock. That it loses no wake-up is proved in
//! `interleavings`.

use std::future::{Future, pending};
use std::num::NonZeroUsize;
use std::time::Duration;

use long_polling::{Census, Full, WaitError, WaitingBoard};
use short_polling::{Board, FutureCursor, Gap, Page};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use wiretap::harness;

const SECOND: Duration = Duration::from_secs(1);

fn board(kept: usize, most_waiters: usize) -> WaitingBoard {
    let kept = NonZeroUsize::new(kept).expect("a capacity is not 0");
    WaitingBoard::new(Board::new(kept).into(), most_waiters)
}

fn numbers(page: &Page) -> Vec<u64> {
    page.events.iter().map(|event| event.seq).collect()
}

/// A reader that waits, and how long that took.
fn waiting(
    board: &WaitingBoard,
    cursor: u64,
    end: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<(Result<Page, WaitError>, Duration)> {
    let board = board.clone();
    tokio::spawn(async move {
        let start = Instant::now();
        let outcome = board.wait(cursor, end).await;
        (outcome, start.elapsed())
    })
}

#[test]
fn an_event_wakes_everyone_at_once() {
    harness::run("three readers", async {
        let board = board(10, 10);
        let readers = [(); 3].map(|()| waiting(&board, 0, pending()));
        sleep(7 * SECOND).await;
        assert_eq!(board.census().waiting, 3);
        board.append("x");
        for reader in readers {
            let (page, took) = reader.await.expect("no panic");
            assert_eq!(numbers(&page.expect("a page")), [1]);
            assert_eq!(took, 7 * SECOND);
        }
        let census = Census {
            told: 3,
            ..Census::default()
        };
        assert_eq!(board.census(), census);
    });
}

#[test]
fn a_time_that_is_up_gives_an_empty_page_with_the_same_cursor() {
    harness::run("nothing happens", async {
        let board = board(10, 10);
        board.append("x");
        let (page, took) = waiting(&board, 1, sleep(30 * SECOND))
            .await
            .expect("no panic");
        let page = page.expect("a page");
        assert_eq!((page.events, page.gap, page.next), (Vec::new(), None, 1));
        assert_eq!(took, 30 * SECOND);
        let census = Census {
            timed_out: 1,
            ..Census::default()
        };
        assert_eq!(board.census(), census);
    });
}

#[test]
fn an_event_at_the_very_end_is_not_missed() {
    harness::run("an event at the last moment", async {
        let board = board(10, 10);
        let reader = waiting(&board, 0, sleep(SECOND));
        sleep(SECOND).await;
        board.append("x");
        let (page, _) = reader.await.expect("no panic");
        let page = page.expect("a page");
        // In time or a moment too late: then it is there for the next question.
        let next = board.wait(page.next, pending());
        let rest = match page.next {
            0 => numbers(&next.await.expect("a page")),
            _ => Vec::new(),
        };
        assert_eq!([numbers(&page), rest].concat(), [1]);
    });
}

#[test]
fn what_happened_between_two_waits_is_told_at_once_and_once() {
    harness::run("between two waits", async {
        let board = board(10, 10);
        board.append("a");
        let first = board.wait(0, pending()).await.expect("a page");
        board.append("b");
        board.append("c");
        let second = board.wait(first.next, pending()).await.expect("a page");
        assert_eq!((numbers(&first), numbers(&second)), (vec![1], vec![2, 3]));
    });
}

#[test]
fn a_wait_that_is_dropped_frees_its_place_at_once() {
    harness::run("a reader that goes away", async {
        let board = board(10, 1);
        let reader = waiting(&board, 0, pending());
        sleep(SECOND).await;
        assert_eq!(board.census().waiting, 1);
        reader.abort();
        assert!(reader.await.is_err());
        let census = Census {
            hung_up: 1,
            ..Census::default()
        };
        assert_eq!(board.census(), census);
        board.append("nobody waits");
    });
}

#[test]
fn beyond_the_bound_there_is_no_place_to_wait() {
    harness::run("a full house", async {
        let board = board(10, 2);
        let first = waiting(&board, 0, sleep(SECOND));
        let _second = waiting(&board, 0, pending());
        sleep(SECOND / 2).await;
        let full = WaitError::Full(Full { most: 2 });
        assert_eq!(board.wait(0, pending()).await, Err(full));
        assert_eq!(full.to_string(), "2 wait already, and no more may");
        first.await.expect("no panic").0.expect("a page");
        // Its place is free.
        let page = board.wait(0, sleep(SECOND)).await.expect("a page");
        assert_eq!(page.events, []);
        let census = Census {
            waiting: 1,
            timed_out: 2,
            turned_away: 1,
            ..Census::default()
        };
        assert_eq!(board.census(), census);
    });
}

#[test]
fn who_finds_something_needs_no_place() {
    harness::run("a board without places", async {
        let board = board(10, 0);
        board.append("x");
        let page = board.wait(0, pending()).await.expect("a page");
        assert_eq!(numbers(&page), [1]);
        let refused = board.wait(1, pending()).await;
        assert_eq!(refused, Err(WaitError::Full(Full { most: 0 })));
    });
}

#[test]
fn a_cursor_too_old_gets_a_gap_at_once() {
    harness::run("a reader that was away", async {
        let board = board(2, 0);
        for text in ["a", "b", "c", "d"] {
            board.append(text);
        }
        let page = board.wait(1, pending()).await.expect("a page");
        assert_eq!(page.gap, Some(Gap { first: 2, last: 2 }));
        assert_eq!(numbers(&page), [3, 4]);
    });
}

/// A board that begins where another stopped has nothing but the gap to tell.
#[test]
fn a_gap_alone_is_worth_an_answer() {
    harness::run("after a restart", async {
        let kept = NonZeroUsize::new(2).expect("2 is not 0");
        let board = WaitingBoard::new(Board::following(7, kept).into(), 0);
        let page = board.wait(5, pending()).await.expect("a page");
        assert_eq!(page.gap, Some(Gap { first: 6, last: 7 }));
        assert_eq!((page.events, page.next), (Vec::new(), 7));
    });
}

#[test]
fn a_cursor_from_the_future_does_not_wait() {
    harness::run("a cursor from the future", async {
        let board = board(2, 10);
        let future = FutureCursor { cursor: 1, last: 0 };
        let refused = board.wait(1, pending()).await;
        assert_eq!(refused, Err(WaitError::FutureCursor(future)));
    });
}

#[test]
fn who_is_woken_for_nothing_goes_on_waiting() {
    harness::run("a false alarm", async {
        let board = board(10, 10);
        let reader = waiting(&board, 0, pending());
        for _ in 0..3 {
            sleep(SECOND).await;
            board.change(|_| ());
        }
        sleep(SECOND).await;
        assert_eq!(board.census().waiting, 1);
        board.append("x");
        let (page, took) = reader.await.expect("no panic");
        assert_eq!(
            (numbers(&page.expect("a page")), took),
            (vec![1], 4 * SECOND)
        );
    });
}
