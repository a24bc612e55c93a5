//! A board's promise: what a reader gets and what it is told it has missed are, together,
//! everything after its cursor, in order and once.

use std::panic::{catch_unwind, resume_unwind};

use short_polling::{Event, FutureCursor, Gap, Page};
use wiretap::verdict::{self, Rule};

use crate::subject::e1_since::Board;

const SINCE: Rule = Rule::new(
    "chapter 2",
    "A cursor is the number of the last event the reader has: the page begins after it.",
);
const GAP: Rule = Rule::new(
    "chapter 2",
    "What lies after the cursor and is no longer kept is named by its first and last \
     number, and never skipped in silence.",
);
const FUTURE: Rule = Rule::new(
    "chapter 2",
    "A cursor greater than the last event is from the future, and an error.",
);

/// The event that carries its own number as text.
fn event(seq: u64) -> Event {
    Event {
        seq,
        text: format!("event {seq}"),
    }
}

/// A board that keeps `capacity` events, after `appended`.
fn board(capacity: usize, appended: u64) -> Board {
    let mut board = Board::new(capacity);
    for seq in 1..=appended {
        board.append(&event(seq).text);
    }
    board
}

fn page(
    gap: Option<(u64, u64)>,
    events: &[u64],
    next: u64,
) -> Result<Page, FutureCursor> {
    Ok(Page {
        gap: gap.map(|(first, last)| Gap { first, last }),
        events: events.iter().copied().map(event).collect(),
        next,
    })
}

#[test]
fn a_reader_without_a_cursor_gets_everything() {
    let yours = board(3, 2).since(0);
    verdict::equal(SINCE, page(None, &[1, 2], 2), yours);
}

#[test]
fn a_reader_with_a_cursor_gets_what_came_after_it() {
    let yours = board(5, 4).since(2);
    let why = "The reader has event 2 already, and gets it again: a repeat.";
    verdict::mistake(SINCE, page(None, &[2, 3, 4], 4), yours.clone(), why);
    let why = "Event 3 is lost: the reader has 2, and your page begins with 4.";
    verdict::mistake(SINCE, page(None, &[4], 4), yours.clone(), why);
    let why = "The next cursor is the newest event on the page: with 5, event 5 would be \
               skipped once it happens.";
    verdict::mistake(SINCE, page(None, &[3, 4], 5), yours.clone(), why);
    verdict::equal(SINCE, page(None, &[3, 4], 4), yours);
}

#[test]
fn a_reader_that_has_everything_gets_an_empty_page_and_keeps_its_cursor() {
    let yours = board(5, 4).since(4);
    let why = "With the cursor 0 the reader would get everything once more.";
    verdict::mistake(SINCE, page(None, &[], 0), yours.clone(), why);
    verdict::equal(SINCE, page(None, &[], 4), yours);
    verdict::equal(SINCE, page(None, &[], 0), board(5, 0).since(0));
}

#[test]
fn a_reader_that_was_away_for_too_long_is_told_what_it_missed() {
    // Kept: 4 and 5.
    let yours = board(2, 5).since(1);
    let why = "Events 2 and 3 are gone, and nobody says so: the reader believes that it \
               has everything.";
    verdict::mistake(GAP, page(None, &[4, 5], 5), yours.clone(), why);
    let why =
        "Event 1 is not missing: the reader has it. The gap begins after the cursor.";
    verdict::mistake(GAP, page(Some((1, 3)), &[4, 5], 5), yours.clone(), why);
    let why =
        "Event 4 is on the page: the gap ends before the first event that is kept.";
    verdict::mistake(GAP, page(Some((2, 4)), &[4, 5], 5), yours.clone(), why);
    verdict::equal(GAP, page(Some((2, 3)), &[4, 5], 5), yours);
}

#[test]
fn a_reader_that_missed_nothing_is_not_told_of_a_gap() {
    // Kept: 4 and 5. The reader has 3, which is gone from the board.
    let yours = board(2, 5).since(3);
    if let Ok(Page { gap: Some(gap), .. }) = &yours {
        let why = format!(
            "The reader has event 3, and 4 and 5 are kept. Nothing is missing, and you \
             say that {} to {} are.",
            gap.first, gap.last
        );
        verdict::fail(GAP, why);
    }
    verdict::equal(GAP, page(None, &[4, 5], 5), yours);
}

#[test]
fn a_cursor_from_the_future_is_an_error() {
    for cursor in [6, 7, u64::MAX] {
        let yours =
            catch_unwind(|| board(2, 5).since(cursor)).unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<String>();
                if text.is_some_and(|text| text.starts_with("not yet implemented")) {
                    resume_unwind(panic);
                }
                let why = format!("since({cursor}) panics; the last event is 5.");
                verdict::fail(FUTURE, why)
            });
        let why = format!(
            "The last event is 5. A reader that asks with {cursor}, and is told that \
             there is nothing new, waits in vain for event 6."
        );
        if yours.as_ref().is_ok_and(|page| page.events.is_empty()) {
            verdict::fail(FUTURE, why);
        }
        verdict::equal(FUTURE, Err(FutureCursor { cursor, last: 5 }), yours);
    }
}

#[test]
fn for_every_capacity_and_every_cursor_everything_is_accounted_for() {
    for (kept, appended) in (1u64..5).flat_map(|kept| (0u64..9).map(move |n| (kept, n)))
    {
        for cursor in 0..=appended {
            let first_kept = (appended + 1).saturating_sub(kept).max(1);
            let first = first_kept.max(cursor + 1);
            let gap = (first > cursor + 1).then(|| (cursor + 1, first - 1));
            let events: Vec<u64> = (first..=appended).collect();
            let expected = page(gap, &events, appended);
            let yours = board(kept as usize, appended).since(cursor);
            let asked = format!("since({cursor}) of {appended} events, keeping {kept}");
            verdict::equal(GAP, (&asked, expected), (&asked, yours));
        }
    }
}
