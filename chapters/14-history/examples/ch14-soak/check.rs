//! What every client has seen, against each other and against the database.

use std::collections::{BTreeMap, BTreeSet};

use history::protocol::MAX_RESUMED;
use history::{Act, Entry, What};

use crate::notes::{Heard, Kind, Log};
use crate::report::Report;

/// What the rooms keep, each in order.
pub(crate) type Rooms = BTreeMap<String, Vec<Entry>>;

/// Compares.
///
/// # Errors
///
/// What is wrong with whose log.
pub(crate) fn check(rooms: &Rooms, logs: &[Log]) -> Result<Report, String> {
    let nothing = Vec::new();
    let mut ends = BTreeMap::new();
    for log in logs {
        let last = log.accepted.iter().map(|(_, seq)| *seq).max().unwrap_or(0);
        let end = ends.entry(&log.room).or_insert(0);
        *end = last.max(*end);
    }
    for log in logs {
        let kept = rooms.get(&log.room).unwrap_or(&nothing);
        let checked = check_log(log, kept, ends[&log.room]);
        checked.map_err(|why| format!("{}: {why}", log.who))?;
    }
    let mut words = BTreeMap::new();
    for log in logs {
        let kept = rooms.get(&log.room).unwrap_or(&nothing);
        let said = only_what_was_said(log, kept, &mut words);
        said.map_err(|why| format!("{}: {why}", log.who))?;
    }
    for log in logs {
        let kept = rooms.get(&log.room).unwrap_or(&nothing);
        let heard = check_words(log, kept, &words);
        heard.map_err(|why| format!("{}: {why}", log.who))?;
    }
    Ok(Report::new(rooms, logs))
}

fn check_log(log: &Log, kept: &[Entry], end: u64) -> Result<(), String> {
    if let Some(complaint) = log.complaints.first() {
        return Err(complaint.clone());
    }
    for (place, entry) in kept.iter().enumerate() {
        if entry.seq != place as u64 + 1 {
            return Err(format!("{} is kept behind {place}", entry.seq));
        }
    }
    let last = check_numbers(log)?;
    match log.kind {
        Kind::Person if last < end => Err(format!("it heard up to {last} of {end}")),
        Kind::Person => check_answers(log, kept),
        Kind::Old | Kind::Sleeper => Ok(()),
    }
}

/// Everything has its answer, in the order in which it was said, and is kept under the
/// number of the answer.
fn check_answers(log: &Log, kept: &[Entry]) -> Result<(), String> {
    let mut numbers = BTreeMap::new();
    for (id, seq) in &log.accepted {
        let before = numbers.insert(id, *seq);
        if let Some(other) = before.filter(|before| before != seq) {
            return Err(format!("{id} was accepted as {other} and as {seq}"));
        }
    }
    let mut last = 0;
    for (id, act) in &log.said {
        let seq = *numbers.get(id).ok_or(format!("{id} has no answer"))?;
        if seq <= last {
            return Err(format!("{id} is {seq}, and what it said before is {last}"));
        }
        last = seq;
        let found = at(kept, seq);
        let expected = Some(log.who.as_str());
        let is_it = found.is_some_and(|entry| is(entry, id, act));
        if found.map(|entry| entry.author.as_str()) != expected || !is_it {
            return Err(format!("{id} was accepted as {seq}, where {found:?} is"));
        }
    }
    Ok(())
}

fn at(kept: &[Entry], seq: u64) -> Option<&Entry> {
    kept.get(usize::try_from(seq).ok()?.checked_sub(1)?)
}

/// Whether an entry is what was done. Of what has been deleted since, it has no words.
fn is(entry: &Entry, id: &str, act: &Act) -> bool {
    let same = |kept: &Option<String>, said: &String| {
        kept.as_ref().is_none_or(|kept| kept == said)
    };
    match (&entry.what, act) {
        (What::Said { text, id: kept }, Act::Say { text: said }) => {
            same(text, said) && kept.as_deref() == Some(id)
        }
        (
            What::Edited { target, text },
            Act::Edit {
                target: of,
                text: said,
            },
        ) => target == of && same(text, said),
        (What::Deleted { target }, Act::Delete { target: of }) => target == of,
        _ => false,
    }
}

/// Every number is heard once and in order: up to which?
fn check_numbers(log: &Log) -> Result<u64, String> {
    let (mut last, mut joined, mut may_jump) = (0, 0, false);
    for heard in &log.heard {
        match heard {
            Heard::Begins => last = 0,
            Heard::Joined(seq) => {
                joined = *seq;
                if log.kind == Kind::Old {
                    last = *seq;
                }
            }
            Heard::Gap(first, end) => {
                if *first != last + 1 {
                    return Err(format!("a gap from {first} was told after {last}"));
                }
                // Only of what is too much to be told, which is the oldest.
                if *end < *first || end + MAX_RESUMED != joined {
                    return Err(format!(
                        "a gap from {first} to {end} was told before {joined}"
                    ));
                }
                last = *end;
            }
            Heard::Entry(entry) => {
                let jumps = std::mem::take(&mut may_jump) && entry.seq > last;
                if entry.seq != last + 1 && !jumps {
                    return Err(format!("{} was heard after {last}", entry.seq));
                }
                last = entry.seq;
            }
            Heard::Dropped => may_jump = log.kind == Kind::Old,
        }
    }
    Ok(last)
}

/// The words of each entry: its room and number, and what its author has said.
type Words = BTreeMap<(String, u64), String>;

/// Nothing is kept that its author has not said, and nothing twice.
fn only_what_was_said(
    log: &Log,
    kept: &[Entry],
    words: &mut Words,
) -> Result<(), String> {
    let said: BTreeMap<_, _> = log.said.iter().map(|(id, act)| (id, act)).collect();
    let accepted = log.accepted.iter();
    let mut numbers: BTreeMap<_, _> = accepted.map(|(id, seq)| (*seq, id)).collect();
    let mut texts = BTreeSet::new();
    for entry in kept.iter().filter(|entry| entry.author == log.who) {
        if log.kind == Kind::Old {
            // It has no answers, and its ids are marks: it never says the same words twice.
            let What::Said { text, .. } = &entry.what else {
                return Err(format!("it has never said {entry:?}"));
            };
            let text = text.clone().unwrap_or_default();
            let act = Act::Say { text: text.clone() };
            if !log.said.iter().any(|(_, said)| *said == act) {
                return Err(format!("it has never said {entry:?}"));
            }
            if !texts.insert(text) {
                return Err(format!("{entry:?} is there twice"));
            }
            continue;
        }
        let id = numbers.remove(&entry.seq);
        let id = id.ok_or(format!("nothing was accepted as {entry:?}"))?;
        if let Some(Act::Say { text } | Act::Edit { text, .. }) = said.get(id) {
            words.insert((log.room.clone(), entry.seq), text.clone());
        }
    }
    Ok(())
}

/// What was heard is what is kept, and in the same words.
fn check_words(log: &Log, kept: &[Entry], words: &Words) -> Result<(), String> {
    for heard in &log.heard {
        let Heard::Entry(heard) = heard else { continue };
        let wrong = || format!("{heard:?} was heard, and is not that");
        let kept = at(kept, heard.seq).ok_or_else(wrong)?;
        let said = words.get(&(log.room.clone(), heard.seq));
        let is_it = match log.kind {
            Kind::Old => is_in_version_1(heard, kept, said),
            Kind::Person | Kind::Sleeper => is_told(heard, kept, said),
        };
        if heard.author != kept.author || !is_it {
            return Err(wrong());
        }
    }
    Ok(())
}

/// Whether words are those that are kept. Of what has been deleted since, they are those
/// that were said, if that is known, or none.
fn same(heard: Option<&String>, kept: Option<&String>, said: Option<&String>) -> bool {
    match (heard, kept) {
        (heard, Some(kept)) => heard == Some(kept),
        (Some(heard), None) => said.is_none_or(|said| said == heard),
        (None, None) => true,
    }
}

fn is_told(heard: &Entry, kept: &Entry, said: Option<&String>) -> bool {
    match (&heard.what, &kept.what) {
        (
            What::Said { text, id },
            What::Said {
                text: kept,
                id: same_id,
            },
        ) => id == same_id && same(text.as_ref(), kept.as_ref(), said),
        (
            What::Edited { target, text },
            What::Edited {
                target: same_target,
                text: kept,
            },
        ) => target == same_target && same(text.as_ref(), kept.as_ref(), said),
        (heard, kept) => heard == kept,
    }
}

/// Version 1 has messages only, and puts everything into one.
fn is_in_version_1(heard: &Entry, kept: &Entry, said: Option<&String>) -> bool {
    let What::Said { text, .. } = &heard.what else {
        return false;
    };
    let heard = text.as_ref().filter(|text| *text != "(deleted)");
    match &kept.what {
        What::Said { text: kept, .. } | What::Edited { text: kept, .. } => {
            same(heard, kept.as_ref(), said)
        }
        What::Deleted { target } => {
            heard == Some(&format!("(message {target} is deleted)"))
        }
    }
}
