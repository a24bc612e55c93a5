//! An event may happen at any moment: the checks let it happen at each of them.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use short_polling::{Board, FutureCursor, Page, SharedBoard};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use wiretap::harness;
use wiretap::verdict::{self, Rule};

use crate::subject::e1_overslept::{Look, hold};

const LOST: Rule = Rule::new(
    "chapter 3",
    "Listen before you look: what happens after the look is then heard.",
);
const ALARM: Rule = Rule::new(
    "chapter 3",
    "Whoever is woken looks whether there is something, and goes on waiting if not.",
);
const TIME: Rule = Rule::new(
    "RFC 6202 §5.5",
    "A question is held for at most 30 s, and then answered with an empty page.",
);
const GAP: Rule = Rule::new(
    "chapter 3",
    "Whatever moves the reader's cursor is worth an answer, a gap as well.",
);

const FUTURE: Rule = Rule::new(
    "chapter 2",
    "A cursor greater than the last event is from the future, and an error.",
);

const HELD: Duration = Duration::from_secs(30);

/// A board on which an event happens right after a certain look at it.
struct Scene {
    board: SharedBoard,
    bell: Notify,
    looks: AtomicU32,
    happens_after_look: u32,
}

impl Scene {
    fn new(board: Board, happens_after_look: u32) -> Self {
        Self {
            board: SharedBoard::new(board),
            bell: Notify::new(),
            looks: AtomicU32::new(0),
            happens_after_look,
        }
    }

    fn happen(&self) {
        self.board.append("it happens");
        self.bell.notify_waiters();
    }
}

impl Look for Scene {
    fn since(&self, cursor: u64) -> Result<Page, FutureCursor> {
        let page = self.board.since(cursor);
        if self.looks.fetch_add(1, Ordering::Relaxed) + 1 == self.happens_after_look {
            self.happen();
        }
        page
    }
}

fn board() -> Board {
    Board::new(NonZeroUsize::new(10).expect("10 is not 0"))
}

/// The numbers of the events that `hold` answers with, and after how many milliseconds,
/// while something else goes on.
fn held<F>(scene: Scene, meanwhile: impl FnOnce(&'static Scene) -> F) -> (Vec<u64>, u64)
where
    F: Future<Output = ()> + Send + 'static,
{
    // It lives as long as the check.
    let scene: &'static Scene = Box::leak(Box::new(scene));
    let meanwhile = meanwhile(scene);
    harness::run("a question that is held", async move {
        tokio::spawn(meanwhile);
        let start = Instant::now();
        let page = hold(scene, &scene.bell, 0, HELD).await;
        let page = page.expect("the cursor 0 is no future");
        let numbers = page.events.iter().map(|event| event.seq).collect();
        (numbers, start.elapsed().as_millis() as u64)
    })
}

#[test]
fn what_happens_is_told_at_once_whenever_it_happens() {
    // Before the question.
    let scene = Scene::new(board(), 0);
    scene.happen();
    verdict::equal(LOST, (vec![1], 0), held(scene, |_| async {}));
    // While it is held.
    let yours = held(Scene::new(board(), 0), |scene| async {
        sleep(Duration::from_millis(7370)).await;
        scene.happen();
    });
    verdict::equal(LOST, (vec![1], 7370), yours);
    // In between.
    let (events, after) = held(Scene::new(board(), 1), |_| async {});
    if after > 0 {
        let why = format!(
            "The event happened after the board had been looked at, and before anybody \
             listened to the bell. Its ring was lost, and the reader heard of it after \
             {after} ms."
        );
        verdict::fail(LOST, why);
    }
    verdict::equal(LOST, (vec![1], 0), (events, after));
}

#[test]
fn what_happens_right_after_a_later_look_is_told_at_once() {
    let (events, after) = held(Scene::new(board(), 2), |scene| async {
        sleep(Duration::from_secs(1)).await;
        scene.bell.notify_waiters();
    });
    if events.is_empty() {
        let why = format!(
            "The bell rang without an event, and the reader was sent away with an empty \
             page after {after} ms."
        );
        verdict::fail(ALARM, why);
    }
    if after > 1000 {
        let why = format!(
            "The bell rang for nothing, the board was looked at again, and then the event \
             happened, before anybody listened anew: it was told after {after} ms."
        );
        verdict::fail(LOST, why);
    }
    verdict::equal(LOST, (vec![1], 1000), (events, after));
}

#[test]
fn a_ring_for_nothing_is_no_answer() {
    let (events, after) = held(Scene::new(board(), 0), |scene| async {
        for _ in 0..5 {
            sleep(Duration::from_secs(3)).await;
            scene.bell.notify_waiters();
        }
        sleep(Duration::from_secs(3)).await;
        scene.happen();
    });
    if events.is_empty() {
        let why = format!(
            "The bell rang without an event, and the reader was sent away with an empty \
             page after {after} ms."
        );
        verdict::fail(ALARM, why);
    }
    verdict::equal(ALARM, (vec![1], 18_000), (events, after));
}

#[test]
fn the_time_is_up_after_30_s_whatever_rings() {
    let (events, after) = held(Scene::new(board(), 0), |scene| async {
        for _ in 0..50 {
            sleep(Duration::from_secs(1)).await;
            scene.bell.notify_waiters();
        }
    });
    if after > 30_000 {
        let why = format!(
            "Each ring began the time anew: the reader was answered after {after} ms. A \
             proxy on the way will not wait that long."
        );
        verdict::fail(TIME, why);
    }
    verdict::equal(TIME, (vec![], 30_000), (events, after));
}

#[test]
fn a_cursor_too_old_or_too_new_is_answered_at_once() {
    let kept = NonZeroUsize::new(10).expect("10 is not 0");
    // After a restart: seven events are forgotten, and none has happened since.
    let (events, after) = held(Scene::new(Board::following(7, kept), 0), |_| async {});
    if after > 0 {
        let why = format!(
            "Events 1 to 7 are gone. The reader has to know, and is told after {after} ms."
        );
        verdict::fail(GAP, why);
    }
    verdict::equal(GAP, (vec![], 0), (events, after));

    // And one from the future.
    let (yours, after) = harness::run("a cursor from the future", async {
        let scene = Scene::new(board(), 0);
        let start = Instant::now();
        let outcome = hold(&scene, &scene.bell, 1, HELD).await;
        (outcome.map(|page| page.next), start.elapsed())
    });
    let future = FutureCursor { cursor: 1, last: 0 };
    verdict::equal(FUTURE, (Err(future), Duration::ZERO), (yours, after));
}
