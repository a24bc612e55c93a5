//! What the poller promises its caller: every event once, and what it does about failures.

mod road;

use std::time::Duration;

use raw_http::{Client, Config, Request, Response};
use road::{Road, board, events_until, poller};
use short_polling::{Notice, Pace, PollError, Poller, SharedBoard, Variant};
use tokio::time::{Instant, timeout};
use wiretap::{Link, Recorder, harness};

const RTT: Duration = Duration::from_millis(100);
const SECOND: Duration = Duration::from_secs(1);
const BOTH: [Variant; 2] = [Variant::Cursor, Variant::ETag];

#[test]
fn cancel_safety_next_dropped_at_every_millisecond() {
    for variant in BOTH {
        for millis in 0..260 {
            let told = harness::run("dropping next", async move {
                let board = board(100);
                let road = Road::new(Link::new().rtt(RTT));
                road.open(&board);
                let mut poller = poller(road, variant);
                board.append("x");
                board.append("y");
                // A poll over a new connection takes 200 ms; the events that were told
                // by then count too.
                let mut told = Vec::new();
                let limit = Duration::from_millis(millis);
                if let Ok(notice) = timeout(limit, poller.next()).await {
                    told.extend(road::event(notice));
                }
                board.append("z");
                told.extend(events_until(&mut poller, 3).await);
                told
            });
            assert_eq!(told, [1, 2, 3], "{variant:?}, dropped after {millis} ms");
        }
    }
}

#[test]
fn a_caller_that_gives_up_often_asks_no_more_often() {
    let asked = harness::run("an impatient caller", async {
        let road = Road::new(Link::new().rtt(RTT));
        road.open(&board(100));
        let mut poller = poller(road.clone(), Variant::Cursor);
        let end = Instant::now() + Duration::from_millis(9500);
        while Instant::now() < end {
            let _ = timeout(Duration::from_millis(10), poller.next()).await;
        }
        road.dialed()
    });
    assert_eq!(asked, 10);
}

#[test]
fn a_cursor_that_was_saved_goes_on_where_it_stopped() {
    for variant in BOTH {
        let told = harness::run("a poller and its successor", async move {
            let board = board(100);
            let road = Road::new(Link::new());
            road.open(&board);
            for text in ["a", "b", "c", "d"] {
                board.append(text);
            }
            let mut first = poller(road.clone(), variant);
            let mut told = events_until(&mut first, 2).await;
            // The page had four events; two have not been handed out.
            let saved = first.cursor().expect("two events were handed out");
            let mut second = poller(road, variant).resume_after(saved);
            told.extend(events_until(&mut second, 4).await);
            told
        });
        assert_eq!(told, [1, 2, 3, 4], "{variant:?}");
    }
}

#[test]
fn a_gap_is_told_before_what_comes_after_it() {
    for variant in BOTH {
        harness::run("a reader that is too slow", async move {
            let board = board(2);
            let road = Road::new(Link::new());
            road.open(&board);
            board.append("1");
            let mut poller = poller(road, variant);
            assert_eq!(events_until(&mut poller, 1).await, [1]);
            for text in ["2", "3", "4", "5"] {
                board.append(text);
            }
            let notice = poller.next().await;
            let Notice::Gap(gap) = notice else {
                panic!("{variant:?}: {notice:?} and not a gap");
            };
            assert_eq!((gap.first, gap.last), (2, 3), "{variant:?}");
            assert_eq!(poller.cursor(), Some(3), "{variant:?}");
            assert_eq!(events_until(&mut poller, 5).await, [4, 5], "{variant:?}");
        });
    }
}

#[test]
fn the_first_poll_misses_nothing_unless_it_says_what_it_had() {
    for variant in BOTH {
        harness::run("a newcomer", async move {
            let board = board(2);
            let road = Road::new(Link::new());
            road.open(&board);
            for text in ["1", "2", "3"] {
                board.append(text);
            }
            let mut newcomer = poller(road.clone(), variant);
            assert_eq!(events_until(&mut newcomer, 3).await, [2, 3], "{variant:?}");
            let mut reader = poller(road, variant).resume_after(0);
            let notice = reader.next().await;
            assert!(matches!(notice, Notice::Gap(_)), "{variant:?} {notice:?}");
        });
    }
}

/// A poller of a server that answers every request with this.
fn scripted(
    answer: impl Fn(u32) -> Response + Clone + Send + Sync + 'static,
) -> Poller<impl wiretap::Dial> {
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let handler = move |_: Request| {
        let n = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let response = answer(n);
        async move { response }
    };
    let (dialer, listener) = Link::new().network(&Recorder::new("scripted"));
    let forever = std::future::pending();
    tokio::spawn(raw_http::serve(
        listener,
        handler,
        Config::default(),
        forever,
    ));
    let client = Client::new(dialer, "board.test");
    Poller::new(client, Variant::ETag, Pace::new(SECOND, 0.0, 0))
}

async fn failure(poller: &mut Poller<impl wiretap::Dial>) -> (PollError, Duration) {
    match poller.next().await {
        Notice::Failed { error, wait } => (error, wait),
        surprise => panic!("{surprise:?} and not a failure"),
    }
}

#[test]
fn failures_double_the_wait_and_an_answer_ends_that() {
    harness::run("a server that recovers", async {
        let mut poller = scripted(|n| match n {
            3 => Response::json(200, r#"{"events":[{"seq":1,"text":"a"}],"next":1}"#),
            _ => Response::new(500),
        });
        for doubled in [2, 4, 8] {
            let before = Instant::now();
            let (error, wait) = failure(&mut poller).await;
            assert!(matches!(error, PollError::Status { status: 500, .. }));
            let whole = SECOND * doubled;
            assert!((whole / 2..=whole).contains(&wait), "{wait:?}");
            assert!(before.elapsed() <= whole, "the wait before it was shorter");
        }
        assert!(matches!(poller.next().await, Notice::Event(_)));
        let (_, wait) = failure(&mut poller).await;
        assert!(wait <= 2 * SECOND, "the count starts again: {wait:?}");
    });
}

#[test]
fn rfc9110_10_2_3_retry_after_is_respected() {
    harness::run("a server that asks for patience", async {
        let mut poller = scripted(|n| {
            let value =
                ["30", "Fri, 31 Dec 1999 23:59:59 GMT", "99999999999"][n as usize];
            Response::new(503).header("Retry-After", value)
        });
        assert_eq!(failure(&mut poller).await.1, 30 * SECOND);
        // A date is not read: the ordinary wait.
        let before = Instant::now();
        assert!(failure(&mut poller).await.1 <= 4 * SECOND);
        assert_eq!(before.elapsed(), 30 * SECOND);
        assert_eq!(failure(&mut poller).await.1, 3600 * SECOND);
    });
}

#[test]
fn an_answer_that_does_not_come_is_given_up() {
    harness::run("a silent server", async {
        let (dialer, _listener) = Link::new().network(&Recorder::new("silent"));
        let client = Client::new(dialer, "board.test");
        let pace = Pace::new(SECOND, 0.0, 0);
        let mut poller = Poller::new(client, Variant::Cursor, pace).timeout(5 * SECOND);
        let before = Instant::now();
        let (error, _) = failure(&mut poller).await;
        assert!(matches!(error, PollError::TimedOut), "{error:?}");
        assert_eq!(before.elapsed(), 5 * SECOND);
    });
}

#[test]
fn an_answer_that_contradicts_itself_is_not_believed() {
    let pages = [
        "[]",
        r#"{"events":[]}"#,
        // A hole between two events, one at the end, a repeat, and the number 0.
        r#"{"events":[{"seq":1,"text":""},{"seq":3,"text":""}],"next":3}"#,
        r#"{"events":[{"seq":1,"text":""}],"next":2}"#,
        r#"{"events":[{"seq":1,"text":""},{"seq":1,"text":""}],"next":2}"#,
        r#"{"events":[{"seq":0,"text":""}],"next":0}"#,
        r#"{"events":[{"seq":18446744073709551615,"text":""}],"next":0}"#,
    ];
    for page in pages {
        harness::run("a server that errs", async move {
            let mut poller = scripted(move |_| {
                // With a tag: it must not be remembered for a page that was refused.
                Response::json(200, page).header("ETag", "\"1\"")
            });
            for _ in 0..2 {
                let (error, _) = failure(&mut poller).await;
                assert!(matches!(error, PollError::Malformed), "{page}: {error:?}");
            }
            assert_eq!(poller.cursor(), None, "{page}");
        });
    }
}

#[test]
fn rfc9110_15_4_5_a_304_that_nobody_asked_for_is_a_failure() {
    harness::run("an unconditional 304", async {
        let mut poller = scripted(|_| Response::new(304));
        let (error, _) = failure(&mut poller).await;
        assert!(
            matches!(error, PollError::Status { status: 304, .. }),
            "{error:?}"
        );
    });
}

#[test]
fn jitter_moves_the_polls_and_the_seed_says_where() {
    let times = |seed| {
        harness::run("polls with jitter", async move {
            let recorder = Recorder::new("polls with jitter");
            let road = Road::recorded(Link::new().rtt(RTT), &recorder);
            road.open(&SharedBoard::from(road::bare_board(10)));
            let client = Client::new(road, "board.test").keep_alive(false);
            let pace = Pace::new(SECOND, 0.5, seed);
            let mut poller = Poller::new(client, Variant::Cursor, pace);
            let _ = timeout(10 * SECOND, poller.next()).await;
            let transcript = recorder.transcript();
            let opened = transcript
                .entries
                .iter()
                .filter(|e| e.part == wiretap::Part::Open);
            opened.map(|entry| entry.sent_us).collect::<Vec<_>>()
        })
    };
    assert_eq!(times(1), times(1));
    assert!(times(1).len() > 5);
    assert!(times(1).iter().all(|time| !times(2).contains(time)));
}
