//! The soak's checker, with logs that have one fault each: a rule that cannot be broken says
//! nothing.

#[path = "../examples/ch14-soak/check.rs"]
mod check;
#[path = "../examples/ch14-soak/notes.rs"]
#[allow(dead_code, reason = "the soak uses the rest")]
mod notes;
#[path = "../examples/ch14-soak/report.rs"]
#[allow(dead_code, reason = "the soak uses the rest")]
mod report;

use check::{Rooms, check};
use history::{Act, Entry, What};
use notes::{Heard, Kind, Log};

/// What a room keeps, and what ada, who comes back, bob, who speaks version 1, and a sleeper
/// have of it.
struct Soak {
    kept: Vec<Entry>,
    ada: Log,
    bob: Log,
    sleeper: Log,
}

fn entry(seq: u64, author: &str, what: What) -> Entry {
    let author = author.to_owned();
    Entry { seq, author, what }
}

fn said(text: Option<&str>, id: Option<&str>) -> What {
    let (text, id) = (text.map(str::to_owned), id.map(str::to_owned));
    What::Said { text, id }
}

fn edited(target: u64, text: Option<&str>) -> What {
    let text = text.map(str::to_owned);
    What::Edited { target, text }
}

fn log(who: &str, kind: Kind, heard: Vec<Heard>) -> Log {
    let (who, room) = (who.to_owned(), "room-0".to_owned());
    Log {
        who,
        room,
        kind,
        heard,
        ..Log::default()
    }
}

fn say(text: &str) -> Act {
    let text = text.to_owned();
    Act::Say { text }
}

/// Ada says one, changes it to uno, says two and takes that back; bob says hi in between.
fn soak() -> Soak {
    let kept = vec![
        entry(1, "ada", said(Some("one"), Some("a"))),
        entry(2, "bob", said(Some("hi"), Some("1"))),
        entry(3, "ada", edited(1, Some("uno"))),
        entry(4, "ada", said(None, Some("c"))),
        entry(5, "ada", What::Deleted { target: 4 }),
    ];
    let mut heard: Vec<_> = kept.iter().cloned().map(Heard::Entry).collect();
    heard.insert(0, Heard::Joined(0));
    let mut asleep = heard.clone();
    asleep.insert(0, Heard::Begins);
    // Ada was there before the deletion.
    heard[4] = Heard::Entry(entry(4, "ada", said(Some("two"), Some("c"))));
    let mut ada = log("ada", Kind::Person, heard);
    let edit = Act::Edit {
        target: 1,
        text: "uno".to_owned(),
    };
    let acts = [say("one"), edit, say("two"), Act::Delete { target: 4 }];
    for ((id, act), seq) in ["a", "b", "c", "d"].into_iter().zip(acts).zip([1, 3, 4, 5])
    {
        ada.said.push((id.to_owned(), act));
        ada.accepted.push((id.to_owned(), seq));
    }
    let old = [
        entry(2, "bob", said(Some("hi"), Some("1"))),
        entry(3, "ada", said(Some("uno"), None)),
        entry(4, "ada", said(Some("two"), Some("c"))),
        entry(5, "ada", said(Some("(message 4 is deleted)"), None)),
    ];
    let mut old: Vec<_> = old.into_iter().map(Heard::Entry).collect();
    old.insert(0, Heard::Joined(1));
    let mut bob = log("bob", Kind::Old, old);
    bob.said.push(("1".to_owned(), say("hi")));
    let sleeper = log("sleeper", Kind::Sleeper, asleep);
    Soak {
        kept,
        ada,
        bob,
        sleeper,
    }
}

/// What the checker says of it, when this has happened.
fn checked(fault: impl FnOnce(&mut Soak)) -> Result<String, String> {
    let mut soak = soak();
    fault(&mut soak);
    let rooms = Rooms::from([("room-0".to_owned(), soak.kept)]);
    let logs = [soak.ada, soak.bob, soak.sleeper];
    check(&rooms, &logs).map(|report| report.to_string())
}

/// The checker names this fault, and whose it is.
fn names(words: &str, fault: impl FnOnce(&mut Soak)) {
    let told = checked(fault).expect_err(words);
    assert!(told.contains(words), "{told}, and not: {words}");
}

fn what(heard: &mut Heard) -> &mut What {
    match heard {
        Heard::Entry(entry) => &mut entry.what,
        other => panic!("{other:?} is no entry"),
    }
}

#[test]
fn a_soak_without_a_fault_passes() {
    let report = checked(|_| {}).expect("nothing is wrong");
    assert!(
        report.contains("3 clients were cut 0 times; 4 messages"),
        "{report}"
    );
    assert!(report.contains("5 are kept, 14 were heard"), "{report}");
    // Version 1 may be told that it has missed something, and may come back to anywhere.
    checked(|soak| drop(soak.bob.heard.splice(2..4, [Heard::Dropped]))).expect("right");
    checked(|soak| drop(soak.bob.heard.splice(2..5, [Heard::Joined(4)])))
        .expect("right");
    checked(|soak| *what(&mut soak.bob.heard[3]) = said(Some("(deleted)"), None))
        .expect("it came when the words were gone");
}

#[test]
fn what_is_accepted_is_kept_once_in_its_order_and_its_words() {
    let a = || "a".to_owned();
    names("ada: a has no answer", |soak| {
        drop(soak.ada.accepted.remove(0))
    });
    names("ada: a was accepted as 1 and as 3", |soak| {
        soak.ada.accepted.push((a(), 3))
    });
    names("ada: b is 1, and what it said before is 3", |soak| {
        soak.ada.accepted[0].1 = 3;
        soak.ada.accepted[1].1 = 1;
        soak.kept.swap(0, 2);
        soak.kept[0].seq = 1;
        soak.kept[2].seq = 3;
        (soak.kept[0].what, soak.kept[2].what) =
            (edited(1, Some("uno")), said(Some("one"), Some("a")));
        soak.ada.heard.clear();
        soak.ada
            .heard
            .extend(soak.kept.iter().cloned().map(Heard::Entry));
    });
    names("ada: a was accepted as 2, where", |soak| {
        soak.ada.accepted[0].1 = 2
    });
    names("ada: d was accepted as 5, where None is", |soak| {
        drop(soak.kept.pop())
    });
    names("ada: a was accepted as 1, where", |soak| {
        soak.kept[0].what = said(Some("something else"), Some("a"));
    });
    names("ada: a was accepted as 1, where", |soak| {
        soak.kept[0].what = said(Some("one"), Some("another id"));
    });
    names("ada: b was accepted as 3, where", |soak| {
        soak.kept[2].what = edited(4, Some("uno"));
    });
    names("5 is kept behind 3", |soak| drop(soak.kept.remove(3)));
    names("ada: IdInUse", |soak| {
        soak.ada.complaints.push("IdInUse".to_owned())
    });
}

#[test]
fn nothing_is_kept_that_nobody_has_said_or_twice() {
    let again = |what| move |soak: &mut Soak| soak.kept.push(entry(6, "ada", what));
    let nothing = "ada: nothing was accepted as Entry { seq: 6";
    names(nothing, again(said(Some("one"), Some("a"))));
    names(nothing, again(edited(1, Some("uno"))));
    names(nothing, again(What::Deleted { target: 4 }));
    names("bob: Entry { seq: 6", |soak| {
        soak.kept.push(entry(6, "bob", said(Some("hi"), Some("1"))));
    });
    names("bob: it has never said Entry { seq: 6", |soak| {
        soak.kept.push(entry(6, "bob", said(Some("ho"), Some("2"))));
    });
}

#[test]
fn each_number_is_heard_once_and_in_order() {
    names("ada: 3 was heard after 1", |soak| {
        drop(soak.ada.heard.remove(2))
    });
    names("ada: 2 was heard after 2", |soak| {
        let twice = soak.ada.heard[2].clone();
        soak.ada.heard.insert(2, twice);
    });
    names("ada: 2 was heard after 0", |soak| soak.ada.heard.swap(1, 2));
    names("ada: it heard up to 4 of 5", |soak| {
        drop(soak.ada.heard.pop())
    });
    names("bob: 4 was heard after 2", |soak| {
        drop(soak.bob.heard.remove(2))
    });
    names("sleeper: 3 was heard after 1", |soak| {
        drop(soak.sleeper.heard.remove(3))
    });
    names("ada: 3 was heard after 1", |soak| {
        soak.ada.heard[2] = Heard::Dropped
    });
}

#[test]
fn what_is_heard_is_what_was_said() {
    let wrong = |text| move |soak: &mut Soak| *what(&mut soak.ada.heard[1]) = text;
    let not_that = "ada: Entry { seq: 1";
    names(not_that, wrong(said(Some("something else"), Some("a"))));
    names(not_that, wrong(said(None, Some("a"))));
    names(not_that, wrong(said(Some("one"), None)));
    names("ada: Entry { seq: 3", |soak| {
        *what(&mut soak.ada.heard[3]) = edited(4, Some("uno"));
    });
    // It has been deleted since, but its author knows it.
    names("ada: Entry { seq: 4", |soak| {
        *what(&mut soak.ada.heard[4]) = said(Some("three"), Some("c"));
    });
    names("sleeper: Entry { seq: 2", |soak| {
        soak.sleeper.heard[3] = Heard::Entry(entry(2, "ada", said(Some("hi"), None)));
    });
    names("bob: Entry { seq: 3", |soak| {
        *what(&mut soak.bob.heard[2]) = said(Some("one"), None);
    });
    names("bob: Entry { seq: 5", |soak| {
        *what(&mut soak.bob.heard[4]) = said(Some("(message 1 is deleted)"), None);
    });
    names("bob: Entry { seq: 3", |soak| {
        *what(&mut soak.bob.heard[2]) = edited(1, Some("uno"));
    });
}

/// A client that comes back to a room with so many entries, and is told of this gap.
fn with_gap(first: u64, last: u64) -> Result<String, String> {
    let text = |seq: u64| said(Some("la"), Some(&seq.to_string()));
    let kept: Vec<_> = (1..=2000).map(|seq| entry(seq, "eve", text(seq))).collect();
    let mut heard = vec![
        Heard::Joined(1),
        Heard::Entry(kept[0].clone()),
        Heard::Joined(2000),
        Heard::Gap(first, last),
    ];
    let rest = &kept[usize::try_from(last).expect("small")..];
    heard.extend(rest.iter().cloned().map(Heard::Entry));
    let ada = log("ada", Kind::Person, heard);
    let rooms = Rooms::from([("room-0".to_owned(), kept)]);
    check(&rooms, &[ada]).map(|report| report.to_string())
}

#[test]
fn a_gap_is_told_of_what_is_too_much_and_of_nothing_else() {
    let report = with_gap(2, 1000).expect("all but the last thousand");
    assert!(report.contains("told of 1 gaps"), "{report}");
    for (first, last) in [(2, 999), (2, 1001), (2, 2000), (1, 1000), (3, 1000)] {
        let told = with_gap(first, last).expect_err("another gap");
        assert!(told.contains("a gap from"), "{told}");
    }
    names("ada: a gap from 2 to 2", |soak| {
        soak.ada.heard[2] = Heard::Gap(2, 2)
    });
}
