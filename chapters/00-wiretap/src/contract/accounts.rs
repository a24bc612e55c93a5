//! Keeps account of what a reader is told.

use std::collections::BTreeSet;

use super::{Broken, Promise, Told};

/// More events than any run has: what claims to be beyond is not counted one by one.
const BEYOND: u64 = 100_000;

/// The text of event number `seq`: what a framing may stumble over, but no carriage
/// return, which has a promise of its own.
pub(super) fn text(seq: u64) -> String {
    match seq % 6 {
        0 => String::new(),
        1 => format!("event {seq}"),
        2 => format!("two lines,\nand a blank one\n\n{seq}"),
        3 => format!("für {seq} €, 🎈"),
        4 => format!(r#"{{"seq":{seq},"text":"\u0041"}}"#),
        _ => format!("data: {seq}\n: id:\tretry {}", "x".repeat(200)),
    }
}

/// What one reader was told, and what of it was wrong.
#[derive(Debug, Clone)]
pub(super) struct Accounts {
    after: u64,
    /// Every number that was told or named in a gap.
    known: BTreeSet<u64>,
    /// Up to here everything is known.
    complete: u64,
    newest: u64,
    gap: Option<(u64, u64)>,
    broken: Vec<Broken>,
}

impl Accounts {
    /// Of a reader that begins after the event `cursor`.
    pub(super) fn after(cursor: u64) -> Self {
        Self {
            after: cursor,
            known: BTreeSet::new(),
            complete: cursor,
            newest: cursor,
            gap: None,
            broken: Vec::new(),
        }
    }

    /// Enters one thing that was told.
    pub(super) fn enter(&mut self, told: &Told) {
        match told {
            Told::Event(seq, got) => {
                if *got != text(*seq) {
                    let what = format!("event {seq} has the text {got:?}");
                    self.broken.push(Broken::new(Promise::NothingLost, what));
                }
                self.number(*seq);
            }
            Told::Gap(first, last) => {
                self.gap = Some((*first, *last));
                (*first..=(*last).min(BEYOND)).for_each(|seq| self.number(seq));
            }
            Told::Failed => {}
        }
    }

    fn number(&mut self, seq: u64) {
        let newest = self.newest;
        if !self.known.insert(seq) || seq <= self.after {
            let what = format!("event {seq} comes again, after {newest}");
            self.broken.push(Broken::new(Promise::Once, what));
        } else if seq < newest {
            let what = format!("event {seq} comes after {newest}");
            self.broken.push(Broken::new(Promise::InOrder, what));
        }
        self.newest = newest.max(seq);
        while self.known.contains(&(self.complete + 1)) {
            self.complete += 1;
        }
    }

    /// Whether every event up to `last` is accounted for.
    pub(super) fn is_complete(&self, last: u64) -> bool {
        self.complete >= last
    }

    /// The newest event that is accounted for.
    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    /// A gap that the reader was told of.
    pub(super) fn gap(&self) -> Option<(u64, u64)> {
        self.gap
    }

    /// What is wrong, when nothing more is told and the board had `last` events, all of
    /// which it has kept.
    pub(super) fn close(mut self, last: u64) -> Vec<Broken> {
        if let Some((first, last)) = self.gap {
            let what = format!("{first} to {last} are named as a gap, and were kept");
            self.broken.push(Broken::new(Promise::NothingLost, what));
        }
        self.close_with_gaps(last)
    }

    /// As `close`, for a board that has forgotten some.
    pub(super) fn close_with_gaps(mut self, last: u64) -> Vec<Broken> {
        if self.complete < last {
            let missing = self.complete + 1;
            let what = format!("event {missing} of {last} is never told");
            self.broken.push(Broken::new(Promise::NothingLost, what));
        }
        if self.newest > last {
            let what =
                format!("event {} is told, and {last} was the last", self.newest);
            self.broken.push(Broken::new(Promise::Once, what));
        }
        self.broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u64) -> Told {
        Told::Event(seq, text(seq))
    }

    /// The promises that are broken when this is told to one who has event 1, of three.
    fn broken(told: &[Told]) -> Vec<Promise> {
        let mut accounts = Accounts::after(1);
        told.iter().for_each(|told| accounts.enter(told));
        let broken = accounts.close(3);
        broken.into_iter().map(|broken| broken.promise).collect()
    }

    #[test]
    fn each_fault_breaks_its_own_promise() {
        assert_eq!(broken(&[event(2), event(3)]), []);
        assert_eq!(broken(&[event(3), event(2)]), [Promise::InOrder]);
        assert_eq!(broken(&[event(3)]), [Promise::NothingLost]);
        assert_eq!(broken(&[event(2)]), [Promise::NothingLost]);
        assert_eq!(broken(&[event(2), event(2), event(3)]), [Promise::Once]);
        assert_eq!(broken(&[event(1), event(2), event(3)]), [Promise::Once]);
        assert_eq!(broken(&[event(2), event(3), event(4)]), [Promise::Once]);
        assert_eq!(broken(&[Told::Gap(2, 2), event(3)]), [Promise::NothingLost]);
        let altered = Told::Event(3, "half a te".to_owned());
        assert_eq!(broken(&[event(2), altered]), [Promise::NothingLost]);
    }

    #[test]
    fn a_gap_accounts_for_what_it_names() {
        let mut accounts = Accounts::after(1);
        accounts.enter(&Told::Gap(2, 4));
        assert!(accounts.is_complete(4) && !accounts.is_complete(5));
        accounts.enter(&event(5));
        assert_eq!(accounts.close_with_gaps(5), []);
    }
}
