//! What waits for a reader, and what becomes of it: each test reads like an account.

mod parcels;

use std::sync::Arc;

use backpressure::{Capacity, Next, Outbox, Parcel, Policy};
use chat::protocol::{Presence, ServerMessage};
use futures_util::FutureExt;
use parcels::{
    THREE, answer, gone, here, in_words, message, numbered, presence, said, taken,
    typing,
};
use wiretap::harness;

/// What a reader gets that has taken nothing before.
fn kept(policy: Policy, parcels: &[Arc<Parcel>]) -> Vec<String> {
    let outbox = Outbox::new(THREE, policy);
    parcels.iter().for_each(|parcel| outbox.put(parcel));
    let mut got = taken(&outbox);
    if outbox.has_overflowed() {
        got.push("too slow".to_owned());
    }
    got
}

#[test]
fn a_reader_that_keeps_up_gets_everything_in_order() {
    for policy in [Policy::Close, Policy::DropOldest] {
        let outbox = Outbox::new(THREE, policy);
        for n in 0..100 {
            outbox.put(&message("r", &format!("a{n}")));
            outbox.put(&message("r", &format!("b{n}")));
            assert_eq!(taken(&outbox), [format!("a{n}"), format!("b{n}")]);
        }
    }
}

#[test]
fn the_frame_is_not_copied() {
    let outboxes = [(); 3].map(|()| Outbox::new(THREE, Policy::Close));
    let parcel = message("r", "for all of them");
    outboxes.iter().for_each(|outbox| outbox.put(&parcel));
    for outbox in &outboxes {
        let Some(Next::Parcel(got)) = outbox.take() else {
            panic!("it was put");
        };
        assert!(Arc::ptr_eq(&got, &parcel), "the same one");
    }
    assert_eq!(Arc::strong_count(&parcel), 1, "and nobody keeps it");
}

#[test]
fn too_much_for_close_is_the_end() {
    let outbox = Outbox::new(THREE, Policy::Close);
    for n in 0..4 {
        outbox.put(&message("r", &n.to_string()));
    }
    assert!(outbox.has_overflowed());
    assert_eq!(
        outbox.waiting(),
        Capacity::default(),
        "nothing is kept for it"
    );
    outbox.put(&message("r", "later"));
    assert!(outbox.take().is_none(), "and nothing is taken any more");
}

#[test]
fn what_has_waited_longest_is_dropped_and_counted() {
    let five = ["1", "2", "3", "4", "5"].map(|text| message("r", text));
    let got = kept(Policy::DropOldest, &five);
    assert_eq!(got, ["2 of r missing", "3", "4", "5"]);
}

#[test]
fn the_notice_stands_where_the_hole_is() {
    let outbox = Outbox::new(THREE, Policy::DropOldest);
    ["1", "2", "3", "4"]
        .into_iter()
        .for_each(|text| outbox.put(&message("r", text)));
    assert_eq!(in_words(outbox.take().expect("a hole")), "1 of r missing");
    assert_eq!(in_words(outbox.take().expect("a frame")), "2");
    ["5", "6", "7"]
        .into_iter()
        .for_each(|text| outbox.put(&message("r", text)));
    let got = taken(&outbox);
    assert_eq!(got, ["2 of r missing", "5", "6", "7"], "a second one");
}

#[test]
fn each_room_has_a_count_of_its_own() {
    let parcels = [
        message("a", "a1"),
        message("b", "b1"),
        message("a", "a2"),
        message("b", "b2"),
        message("a", "a3"),
        message("a", "a4"),
    ];
    let got = kept(Policy::DropOldest, &parcels);
    let expected = ["2 of a missing", "1 of b missing", "b2", "a3", "a4"];
    assert_eq!(got, expected);
}

#[test]
fn an_answer_is_never_dropped() {
    let parcels = [
        answer("welcome"),
        message("r", "1"),
        answer("joined"),
        message("r", "2"),
        message("r", "3"),
    ];
    let got = kept(Policy::DropOldest, &parcels);
    assert_eq!(got, ["welcome", "2 of r missing", "joined", "3"]);
}

#[test]
fn who_asks_and_does_not_read_is_sent_away() {
    let answers = ["1", "2", "3", "4"].map(answer);
    for policy in [Policy::Close, Policy::DropOldest] {
        assert_eq!(kept(policy, &answers), ["too slow"], "{policy:?}");
    }
}

#[test]
fn of_a_persons_presence_only_the_newest_waits() {
    let parcels = [here("ann"), message("r", "hello"), here("bob"), gone("ann")];
    let expected = ["hello", "bob Here in r", "ann Gone in r"];
    for policy in [Policy::Close, Policy::DropOldest] {
        assert_eq!(kept(policy, &parcels), expected, "{policy:?}");
    }
}

#[test]
fn a_thousand_comings_and_goings_are_one() {
    let outbox = Outbox::new(THREE, Policy::Close);
    for _ in 0..1000 {
        outbox.put(&here("ann"));
        outbox.put(&gone("ann"));
    }
    assert_eq!(taken(&outbox), ["ann Gone in r"]);
}

#[test]
fn nobody_is_sent_away_because_others_come_and_go() {
    let four = ["ann", "bob", "carl", "dora"].map(gone);
    let expected = [
        "1 of r missing",
        "bob Gone in r",
        "carl Gone in r",
        "dora Gone in r",
    ];
    for policy in [Policy::Close, Policy::DropOldest] {
        assert_eq!(kept(policy, &four), expected, "{policy:?}");
    }
}

#[test]
fn presence_makes_room_for_messages_and_they_make_none_for_it() {
    let parcels = [
        message("r", "1"),
        gone("ann"),
        message("r", "2"),
        message("r", "3"),
        gone("bob"),
    ];
    for policy in [Policy::Close, Policy::DropOldest] {
        let got = kept(policy, &parcels);
        assert_eq!(got, ["1", "2 of r missing", "2", "3"], "{policy:?}");
    }
}

#[test]
fn the_notice_comes_no_later_than_the_gap() {
    let parcels = [
        message("r", "1"),
        message("r", "2"),
        gone("ann"),
        message("r", "3"),
        message("r", "4"),
    ];
    let got = kept(Policy::DropOldest, &parcels);
    assert_eq!(got, ["2 of r missing", "2", "3", "4"], "before message 2");
}

#[test]
fn a_count_is_of_frames_and_only_the_numbers_tell_which_messages() {
    let outbox = Outbox::new(THREE, Policy::DropOldest);
    outbox.put(&numbered("r", 1, "one"));
    outbox.put(&here("ann"));
    for seq in 2..=4 {
        outbox.put(&numbered("r", seq, "more"));
    }
    // Message 1, and that Ann is here: so much less is heard than was said.
    assert_eq!(in_words(outbox.take().expect("a hole")), "2 of r missing");
    // One message is missing, not two.
    let next = said(outbox.take().expect("a message"));
    assert!(matches!(next, ServerMessage::Message { seq: 2, .. }));
}

#[test]
fn the_same_name_in_another_room_is_another_presence() {
    let elsewhere = presence("s", "ann", Presence::Gone);
    let got = kept(Policy::Close, &[here("ann"), elsewhere]);
    assert_eq!(got, ["ann Here in r", "ann Gone in s"]);
}

#[test]
fn typing_goes_first_and_costs_nothing_else() {
    let parcels = [
        message("r", "1"),
        typing("ann"),
        typing("ann"),
        typing("bob"),
        message("r", "2"),
    ];
    for policy in [Policy::Close, Policy::DropOldest] {
        assert_eq!(kept(policy, &parcels), ["1", "bob types", "2"]);
    }
    let full = ["1", "2", "3"].map(|text| message("r", text));
    let late = [&full[..], &[typing("ann")]].concat();
    for policy in [Policy::Close, Policy::DropOldest] {
        assert_eq!(kept(policy, &late), ["1", "2", "3"], "it has no room");
    }
}

#[test]
fn bytes_have_a_bound_too() {
    let each = message("r", "1").frame().len();
    let capacity = Capacity {
        frames: 100,
        bytes: 3 * each,
    };
    let outbox = Outbox::new(capacity, Policy::DropOldest);
    for text in ["1", "2", "3"] {
        outbox.put(&message("r", text));
    }
    assert_eq!(outbox.waiting().bytes, 3 * each);
    outbox.put(&message("r", "four"));
    let got = taken(&outbox);
    assert_eq!(
        got,
        ["2 of r missing", "3", "four"],
        "it is three bytes longer"
    );
    assert_eq!(outbox.waiting(), Capacity::default());
}

#[test]
fn one_frame_always_has_room() {
    let large = "x".repeat(4000);
    let capacity = Capacity {
        frames: 3,
        bytes: 1000,
    };
    for policy in [Policy::Close, Policy::DropOldest] {
        let outbox = Outbox::new(capacity, policy);
        outbox.put(&message("r", &large));
        assert_eq!(taken(&outbox), [large.as_str()]);
    }
    let outbox = Outbox::new(capacity, Policy::DropOldest);
    outbox.put(&message("r", "1"));
    outbox.put(&message("r", &large));
    let got = taken(&outbox);
    assert!(got == ["1 of r missing", &large], "{} frames", got.len());
}

#[test]
fn whoever_waits_is_woken() {
    harness::run("a reader that waits for something", async {
        let outbox = Arc::new(Outbox::new(THREE, Policy::Close));
        assert!(outbox.filled().now_or_never().is_none(), "it is empty");
        let reading = tokio::spawn({
            let outbox = Arc::clone(&outbox);
            async move {
                let mut all = Vec::new();
                loop {
                    tokio::select! {
                        biased;
                        () = outbox.overflowed() => return all,
                        () = outbox.filled() => all.extend(taken(&outbox)),
                    }
                }
            }
        });
        for text in ["1", "2"] {
            tokio::task::yield_now().await;
            outbox.put(&message("r", text));
        }
        tokio::task::yield_now().await;
        ["3", "4", "5", "6"]
            .into_iter()
            .for_each(|text| outbox.put(&message("r", text)));
        let all = reading.await.expect("no panic");
        assert_eq!(all, ["1", "2"]);
    });
}
