//! The board's promise, for every capacity and every interleaving: what a reader gets and
//! what it is told it has missed are, together, everything, in order and once.

use std::num::NonZeroUsize;

use proptest::prelude::*;
use short_polling::{Board, FutureCursor, Gap, SharedBoard};

fn board(capacity: usize) -> Board {
    Board::new(NonZeroUsize::new(capacity).expect("a capacity is not 0"))
}

#[test]
fn numbers_begin_at_1_and_cursor_0_is_before_all() {
    let mut board = board(3);
    assert_eq!(board.since(0).expect("0 is no future").events, []);
    assert_eq!([board.append("a"), board.append("b")], [1, 2]);
    let page = board.since(0).expect("0 is no future");
    let texts: Vec<_> = page.events.iter().map(|event| &event.text[..]).collect();
    assert_eq!((texts, page.next, page.gap), (vec!["a", "b"], 2, None));
}

#[test]
fn a_full_board_names_what_it_no_longer_has() {
    let mut board = board(2);
    for text in ["a", "b", "c", "d", "e"] {
        board.append(text);
    }
    let gap = |cursor| board.since(cursor).expect("not from the future").gap;
    assert_eq!(gap(0), Some(Gap { first: 1, last: 3 }));
    assert_eq!(gap(2), Some(Gap { first: 3, last: 3 }));
    assert_eq!(gap(3), None);
    assert_eq!(board.snapshot().gap, None);
}

#[test]
fn a_cursor_from_the_future_is_an_error() {
    let mut board = board(2);
    board.append("a");
    let future = FutureCursor { cursor: 2, last: 1 };
    assert_eq!(board.since(2), Err(future));
    assert_eq!(
        future.to_string(),
        "the cursor 2 is from the future: the last event is 1"
    );
    assert!(board.since(u64::MAX).is_err());
}

#[test]
fn a_board_that_follows_another_turns_its_past_into_a_gap() {
    let capacity = NonZeroUsize::new(2).expect("2 is not 0");
    let mut board = Board::following(7, capacity);
    let page = board.since(5).expect("not from the future");
    assert_eq!((page.gap, page.next), (Some(Gap { first: 6, last: 7 }), 7));
    assert_eq!(board.append("new"), 8);
    assert_eq!(board.since(7).expect("not from the future").gap, None);
}

#[test]
fn a_clone_of_the_handle_is_the_same_board() {
    let shared = SharedBoard::new(board(2));
    shared.clone().append("a");
    assert_eq!((shared.last(), shared.snapshot().events.len()), (1, 1));
}

/// What happens to a board with a few readers.
#[derive(Debug, Clone)]
enum Step {
    Append,
    Read(usize),
}

const READERS: usize = 3;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Append),
        1 => (0..READERS).prop_map(Step::Read),
    ]
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_repeated(
        capacity in 1usize..12,
        steps in proptest::collection::vec(step(), 0..80),
    ) {
        let mut board = board(capacity);
        let mut cursors = [0; READERS];
        for step in steps {
            let reader = match step {
                Step::Append => {
                    let text = format!("event {}", board.last() + 1);
                    prop_assert_eq!(format!("event {}", board.append(&text)), text);
                    continue;
                }
                Step::Read(reader) => reader,
            };
            let cursor = cursors[reader];
            let page = board.since(cursor).expect("a cursor of this board");
            // The gap, then the events: each number after the cursor, once, in order.
            let missed = page.gap.map_or(0..0, |gap| gap.first..gap.last + 1);
            let had = page.events.iter().map(|event| event.seq);
            let told: Vec<u64> = missed.clone().chain(had).collect();
            prop_assert_eq!(told, (cursor + 1..=board.last()).collect::<Vec<_>>());
            for event in &page.events {
                prop_assert_eq!(&event.text, &format!("event {}", event.seq));
            }
            // No more is missed than has to be.
            prop_assert!(missed.is_empty() || page.events.len() == capacity);
            prop_assert!(page.is_whole());
            cursors[reader] = page.next;
        }
    }

    #[test]
    fn a_cursor_is_answered_exactly_up_to_the_last_event(
        capacity in 1usize..12,
        appended in 0u64..40,
        cursor in 0u64..50,
    ) {
        let mut board = board(capacity);
        for _ in 0..appended {
            board.append("x");
        }
        prop_assert_eq!(board.since(cursor).is_ok(), cursor <= appended);
    }
}
