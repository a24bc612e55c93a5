//! The contract finds what is wrong: a small transport that keeps every promise, and the
//! same one with a fault at a time.

#[path = "contract/lines.rs"]
mod lines;

use std::panic::catch_unwind;

use lines::{Fault, Lines};
use wiretap::contract::{self, Promise};

#[test]
fn a_transport_that_keeps_every_promise_is_believed() {
    let row = contract::examine(Lines::default());
    assert_eq!(row.kept, Promise::ALL.map(|promise| (promise, true)));
    contract::chop(Lines::default());
}

#[test]
fn each_fault_breaks_a_promise() {
    for (fault, promise, what) in [
        (Fault::Reorders, Promise::InOrder, "comes after"),
        (Fault::LosesSome, Promise::NothingLost, "is never told"),
        (Fault::TellsTwice, Promise::Once, "comes again"),
        (Fault::MendsLineEnds, Promise::AnyText, r#""\r""#),
        (Fault::ResumesOneTooLate, Promise::Resumes, "is never told"),
        (Fault::ResumesOneTooEarly, Promise::Resumes, "comes again"),
        (Fault::NeverReconnects, Promise::Restart, "is never told"),
        (Fault::SilentGap, Promise::SlowReader, "is never told"),
        (
            Fault::KeepsAll,
            Promise::SlowReader,
            "nothing was forgotten",
        ),
        (
            Fault::LooksOnceASecond,
            Promise::AtOnce,
            "after it has happened",
        ),
        (Fault::Dawdles, Promise::InARow, "after it has happened"),
        (
            Fault::SaysElsewhere,
            Promise::TalksBack,
            "another connection",
        ),
    ] {
        let lines = Lines {
            fault: Some(fault),
            cannot: &[],
        };
        let complaint = contract::check(lines, promise).expect_err("a complaint");
        assert!(complaint.contains(what), "{fault:?}: {complaint}");
    }
}

/// What the suite says about it.
fn complaint(lines: Lines) -> String {
    let panic = catch_unwind(|| contract::examine(lines)).expect_err("a complaint");
    *panic.downcast::<String>().expect("a text")
}

#[test]
fn a_gap_that_is_none_and_one_that_is_not_declared() {
    let lines = Lines {
        fault: Some(Fault::SaysElsewhere),
        cannot: &[Promise::InARow],
    };
    assert_eq!(
        complaint(lines),
        "lines: `in a row` is declared a gap, and it is kept\n\
         `talks back`: it needs another connection"
    );
}

#[test]
fn a_declared_gap_that_is_one_is_a_dash() {
    let row = contract::examine(Lines {
        fault: Some(Fault::SaysElsewhere),
        cannot: &[Promise::TalksBack],
    });
    let kept = |promise| row.kept.contains(&(promise, true));
    assert!(!kept(Promise::TalksBack) && kept(Promise::Once));
}

#[test]
fn what_a_thousand_networks_find_has_a_seed() {
    let lines = Lines {
        fault: Some(Fault::ResumesOneTooEarly),
        cannot: &[],
    };
    // The scope's threads report their panics to the hook; what is left is that it fails.
    catch_unwind(|| contract::chop(lines)).expect_err("some seed finds it");
}
