//! A place is taken once and freed once, whichever way its reader goes.

use std::future::pending;
use std::mem::ManuallyDrop;
use std::thread;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use wiretap::harness;
use wiretap::verdict::{self, Rule};

use crate::subject::e2_places::Places;

const BOUND: Rule = Rule::new(
    "chapter 3",
    "At most so many wait at a time. A place that is given back can be taken again.",
);
const HANG_UP: Rule = Rule::new(
    "chapter 3",
    "A reader that hangs up frees its place at once, and is counted.",
);

const TWICE: &str = "One of two readers has left, and both places are free: a place that \
                     is left is also dropped, and must be freed once.";

/// How many wait, and how many hung up.
fn count(places: &Places) -> (usize, u64) {
    (places.waiting(), places.hung_up())
}

/// Fails unless one place at a time is freed as it should be. Before a crowd comes: to free
/// a place twice may panic inside a `drop`, and two such panics at once end the process,
/// before any check could say why.
#[track_caller]
fn one_after_the_other() {
    let places = Places::new(3);
    // Stays taken, so that nothing is counted below 0.
    let _third = ManuallyDrop::new(places.enter());
    {
        let (first, _second) = (places.enter(), places.enter());
        first.expect("a place").leave();
        verdict::mistake(BOUND, 1, places.waiting(), TWICE);
        verdict::equal(BOUND, 2, places.waiting());
    }
    verdict::equal(HANG_UP, 1, places.waiting());
}

#[test]
fn as_many_as_there_are_and_no_more() {
    let places = Places::new(2);
    let taken: Vec<_> = (0..5).filter_map(|_| places.enter()).collect();
    let why = format!("There are 2 places, and {} readers have one.", taken.len());
    if taken.len() > 2 {
        verdict::fail(BOUND, why);
    }
    verdict::equal(BOUND, (2, 2), (taken.len(), places.waiting()));
}

#[test]
fn without_a_place_nobody_waits() {
    let places = Places::new(0);
    let yours = places.enter().is_none();
    verdict::equal(BOUND, (true, 0), (yours, places.waiting()));
}

#[test]
fn who_leaves_frees_one_place_and_did_not_hang_up() {
    let places = Places::new(2);
    // The second one stays taken, whatever the checks find.
    let (first, _second) = (places.enter(), ManuallyDrop::new(places.enter()));
    first.expect("a place").leave();
    verdict::mistake(BOUND, (0, 0), count(&places), TWICE);
    let why = "A reader that leaves gets its answer. It has not hung up.";
    verdict::mistake(HANG_UP, (1, 1), count(&places), why);
    verdict::equal(BOUND, (1, 0), count(&places));
    let third = places.enter();
    verdict::equal(BOUND, (true, 2), (third.is_some(), places.waiting()));
}

#[test]
fn who_hangs_up_frees_a_place() {
    let yours = harness::run("a reader that hangs up", async {
        let places = Places::new(1);
        let held = async {
            let _place = places.enter().expect("a place");
            pending::<()>().await;
        };
        // The server drops the future when the client has gone.
        let _ = timeout(Duration::from_secs(7), held).await;
        count(&places)
    });
    let why = "The reader's future was dropped, and its place is still taken. After some \
               more of them the server has no place left.";
    if yours.0 == 1 {
        verdict::fail(HANG_UP, why);
    }
    let why = "The place is free again, but nobody knows that a reader hung up.";
    verdict::mistake(HANG_UP, (0, 0), yours, why);
    verdict::equal(HANG_UP, (0, 1), yours);
}

#[test]
fn a_thousand_readers_come_and_go() {
    one_after_the_other();
    let yours = harness::run("a thousand readers", async {
        let places = Places::new(100);
        for n in 0..1000u64 {
            let places = places.clone();
            tokio::spawn(async move {
                sleep(Duration::from_millis(n)).await;
                let Some(place) = places.enter() else {
                    return;
                };
                if n % 2 == 0 {
                    return;
                }
                sleep(Duration::from_millis(10)).await;
                place.leave();
            });
        }
        sleep(Duration::from_secs(2)).await;
        count(&places)
    });
    verdict::equal(HANG_UP, (0, 500), yours);
}

#[test]
fn places_are_shared_between_threads() {
    one_after_the_other();
    let places = Places::new(8);
    thread::scope(|scope| {
        for _ in 0..4 {
            let places = places.clone();
            scope.spawn(move || {
                for _ in 0..1000 {
                    let taken: Vec<_> = (0..3).filter_map(|_| places.enter()).collect();
                    let waiting = places.waiting();
                    if waiting > 8 {
                        let why = format!("There are 8 places, and {waiting} wait.");
                        verdict::fail(BOUND, why);
                    }
                    taken.into_iter().for_each(|place| place.leave());
                }
            });
        }
    });
    verdict::equal(BOUND, (0, 0), count(&places));
}
