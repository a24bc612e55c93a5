use std::sync::mpsc;
use std::time::Duration;

use chat::protocol::VERSION as ONE;
use tokio::time::advance;
use wiretap::harness;

use super::kept::{MAX_BYTES, MAX_ENTRIES, MAX_PRESENCE};
use super::*;
use crate::log::What;

fn room(name: &str) -> Room {
    Room::new(name).expect("a room")
}

fn name(name: &str) -> Name {
    Name::new(name).expect("a name")
}

fn sits(halls: &Halls, who: &str) -> Seat<Halls> {
    Seat::take(halls, &room("harbour"), name(who), &Arc::default())
}

fn tell(halls: &Halls, news: &News) {
    FanOut::tell(halls, &room("harbour"), news);
}

fn happens(halls: &Halls, seq: u64, what: What) {
    let author = "ada".to_owned();
    tell(halls, &News::Entry(Arc::new(Entry { seq, author, what })));
}

fn said(halls: &Halls, seq: u64, text: &str) {
    let (text, id) = (Some(text.to_owned()), None);
    happens(halls, seq, What::Said { text, id });
}

/// The numbers and the texts of what a seat is told.
fn hears(seat: &mut Seat<Halls>) -> Vec<(Option<u64>, String)> {
    let pieces = seat.untold().pieces.into_iter();
    let text = |piece: Piece| {
        let frame = piece.frames.in_version(ONE).frame();
        (piece.seq, String::from_utf8_lossy(frame).into_owned())
    };
    pieces.map(text).collect()
}

fn size(seat: &Seat<Halls>) -> (usize, usize) {
    seat.hall().lock().kept().size()
}

#[test]
fn what_happens_in_a_room_holds_up_no_other() {
    let halls = Halls::new();
    let seat = sits(&halls, "ada");
    let locked = seat.hall().lock();
    let (done, is_done) = mpsc::sync_channel(1);
    let elsewhere = halls.clone();
    std::thread::spawn(move || {
        let pier = room("pier");
        let mut bob = Seat::take(&elsewhere, &pier, name("bob"), &Arc::default());
        FanOut::tell(&elsewhere, &pier, &News::Typing(name("eve")));
        drop((bob.members(), bob.untold(), bob));
        done.send(()).expect("it is waited for");
    });
    // Nothing is measured by this: either it ends or it hangs.
    is_done
        .recv_timeout(Duration::from_secs(60))
        .expect("it does not wait for the harbour");
    drop(locked);
}

#[test]
fn what_is_kept_is_bounded_in_number_and_in_bytes() {
    let halls = Halls::new();
    let mut stalled = sits(&halls, "bob");
    (1..=2_000).for_each(|seq| said(&halls, seq, "short"));
    assert_eq!(size(&stalled).0, MAX_ENTRIES);
    (2_001..=2_100).for_each(|seq| said(&halls, seq, &"\u{1}".repeat(4096)));
    let (entries, bytes) = size(&stalled);
    assert!((1..=3).contains(&entries), "{entries}");
    assert!(bytes <= MAX_BYTES, "{bytes}");
    // That the newest is there shows that the others are missing.
    assert_eq!(hears(&mut stalled).last().expect("news").0, Some(2_100));
}

#[test]
fn what_all_have_been_told_is_not_kept() {
    let halls = Halls::new();
    let (mut bob, mut eve) = (sits(&halls, "bob"), sits(&halls, "eve"));
    said(&halls, 1, "hello");
    assert_eq!(hears(&mut bob).len(), 2, "eve has come, and a message");
    assert_eq!(size(&bob).0, 1, "eve has not been told");
    assert_eq!(hears(&mut eve).len(), 1);
    assert_eq!(size(&bob).0, 0);
    said(&halls, 2, "hello?");
    assert_eq!(hears(&mut bob).len(), 1);
    drop(eve);
    assert_eq!(size(&bob), (0, 0), "who has gone need not be told");
}

#[test]
fn a_storm_of_typing_and_of_comings_pushes_nothing_out() {
    let halls = Halls::new();
    let mut bob = sits(&halls, "bob");
    let _ada = sits(&halls, "ada");
    said(&halls, 1, "hello");
    for _ in 0..2_000 {
        tell(&halls, &News::Typing(name("ada")));
        drop(sits(&halls, "eve"));
    }
    assert_eq!(bob.hall().lock().kept().people(), 4);
    // Of bob, ada and eve whether they are here, and that ada is writing.
    let heard = hears(&mut bob);
    let about = |words: &str| {
        heard
            .iter()
            .filter(|(_, text)| text.contains(words))
            .count()
    };
    assert_eq!(heard.len(), 4, "{heard:?}");
    assert_eq!(about("hello"), 1);
    assert_eq!(about("typing"), 1);
    assert_eq!(about(r#""eve","state":"gone""#), 1);
}

#[test]
fn typing_is_not_told_late() {
    harness::run("typing", async {
        let halls = Halls::new();
        let mut bob = sits(&halls, "bob");
        let _ada = sits(&halls, "ada");
        hears(&mut bob);
        tell(&halls, &News::Typing(name("ada")));
        advance(Duration::from_millis(9_999)).await;
        assert_eq!(hears(&mut bob).len(), 1);
        tell(&halls, &News::Typing(name("ada")));
        advance(Duration::from_secs(10)).await;
        assert_eq!(hears(&mut bob).len(), 0);
    });
}

#[test]
fn deleted_words_are_told_to_nobody() {
    let halls = Halls::new();
    let mut bob = sits(&halls, "bob");
    said(&halls, 1, "a secret");
    let (target, text) = (1, Some("the secret".to_owned()));
    happens(&halls, 2, What::Edited { target, text });
    said(&halls, 3, "something else");
    happens(&halls, 4, What::Deleted { target: 1 });
    let heard = hears(&mut bob);
    let numbers: Vec<Option<u64>> = heard.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(numbers, [Some(3), Some(4)], "{heard:?}");
}

#[test]
fn a_thousand_who_come_at_once_are_told_of_each_other_without_lists() {
    let halls = Halls::new();
    let mut all: Vec<Seat<Halls>> = (0..2_000)
        .map(|who| sits(&halls, &format!("reader {who}")))
        .collect();
    for (number, seat) in all.iter_mut().enumerate() {
        let untold = seat.untold();
        assert!(untold.missed.is_none(), "reader {number}");
        assert_eq!(untold.pieces.len(), 1_999 - number, "those who came later");
    }
}

#[test]
fn who_has_missed_too_many_people_is_told_who_is_here() {
    let halls = Halls::new();
    let mut bob = sits(&halls, "bob");
    let people = MAX_PRESENCE as u64 + 10;
    for who in 0..people {
        drop(sits(&halls, &format!("reader {who}")));
    }
    let untold = bob.untold();
    let missed = untold.missed.expect("too many");
    assert_eq!(missed.members, [name("bob")]);
    // Each came and went, and a thousand are told as gone. Bob's own coming is counted.
    assert_eq!(missed.count, 2 * people + 1 - untold.pieces.len() as u64);
    assert_eq!(untold.pieces.len(), MAX_PRESENCE);
    said(&halls, 1, "hello");
    assert!(bob.untold().missed.is_none(), "it is told once");
}

#[test]
fn a_room_in_which_nobody_is_left_is_gone() {
    let halls = Halls::new();
    let (one, another) = (sits(&halls, "ada"), sits(&halls, "ada"));
    tell(&halls, &News::Entered(name("remote")));
    drop((one, another));
    assert_eq!(
        halls.table().len(),
        1,
        "somebody is here from another process"
    );
    tell(&halls, &News::Left(name("remote")));
    assert_eq!(halls.table().len(), 0);
}
