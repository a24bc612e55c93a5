//! Somebody who does not read, and what that is to the others: nothing.

mod common;

use std::time::Duration;

use backpressure::{Capacity, Limits, Policy};
use common::{Heard, Person, serve_on, served, talkative};
use tokio::time::Instant;
use wiretap::{Link, Recorder, harness};

/// 4,096 bytes: as long as a text may be.
fn long(mark: usize) -> String {
    format!("{mark:.<4096}")
}

fn policy(policy: Policy) -> Limits {
    Limits {
        policy,
        outbox: Capacity {
            frames: 16,
            bytes: 1 << 20,
        },
        ..talkative()
    }
}

#[test]
fn the_others_do_not_wait_for_who_does_not_read() {
    for how in [Policy::Close, Policy::DropOldest] {
        harness::run("one of three does not read", async move {
            let rtt = Duration::from_millis(100);
            let link = Link::new().rtt(rtt);
            let (dialer, listener) = link.network(&Recorder::new("a chat"));
            serve_on(listener, policy(how));
            let mut ann = Person::enter(&dialer, "ann").await;
            let mut bob = Person::enter(&dialer, "bob").await;
            let _stalled = Person::enter(&dialer, "dora").await;
            bob.hears("presence").await;
            for seq in 1..=200 {
                let start = Instant::now();
                ann.say(&long(seq)).await;
                let mut heard = bob.hear().await;
                while !matches!(&heard, Heard::Said(said) if said["type"] == "message")
                {
                    heard = bob.hear().await;
                }
                assert_eq!(start.elapsed(), rtt, "to the server, and to him");
                while ann.hear().await != heard {}
            }
        });
    }
}

/// Talks until the room hears that the slow one is gone; how often.
async fn talk_until_she_is_gone(ann: &mut Person) -> usize {
    // 64 KiB are on their way to the slow one, 16 in the connection, 16 frames wait.
    for sent in 1..60 {
        ann.say(&long(sent)).await;
        let Heard::Said(said) = ann.hear().await else {
            panic!("only the slow one is to be closed");
        };
        if said["type"] == "presence" {
            assert_eq!(said["state"], "gone");
            return sent;
        }
    }
    panic!("she is still there");
}

#[test]
fn with_close_the_slow_reader_is_sent_away_and_told_why() {
    harness::run("she reads when it is too late", async {
        let dialer = served(policy(Policy::Close));
        let mut ann = Person::enter(&dialer, "ann").await;
        let mut slow = Person::enter(&dialer, "dora").await;
        ann.hears("presence").await;
        let sent = talk_until_she_is_gone(&mut ann).await;
        // What was in the connection still comes, without a gap, and then the goodbye.
        let mut heard = 0;
        let closed = loop {
            match slow.hear().await {
                Heard::Said(message) => {
                    heard += 1;
                    assert_eq!(message["seq"], heard, "without a gap");
                }
                Heard::Closed(closed) => break closed,
            }
        };
        assert_eq!(closed.code(), 1013);
        assert_eq!(closed.reason(), "you read too slowly");
        assert!(heard < sent, "{heard} of {sent}");
    });
}

#[test]
fn with_drop_oldest_the_slow_reader_is_told_what_is_missing() {
    harness::run("she looks away for a while", async {
        let dialer = served(policy(Policy::DropOldest));
        let mut ann = Person::enter(&dialer, "ann").await;
        let mut slow = Person::enter(&dialer, "dora").await;
        ann.hears("presence").await;
        for seq in 1..=100 {
            ann.say(&long(seq)).await;
            ann.hears("message").await;
        }
        let mut next = 1;
        let mut dropped = 0;
        while next <= 100 {
            let Heard::Said(said) = slow.hear().await else {
                panic!("nobody is sent away");
            };
            if said["type"] == "dropped" {
                assert_eq!(said["room"], "r");
                let count = said["count"].as_u64().expect("a number");
                dropped += count;
                next += count;
            } else {
                assert_eq!(said["seq"], next, "what is missing has been counted");
                next += 1;
            }
        }
        assert!(dropped > 50, "{dropped}");
        // And she takes part as before.
        slow.say("here I am again").await;
        assert_eq!(slow.hears("message").await["seq"], 101);
    });
}

#[test]
fn what_a_slow_reader_says_is_heard() {
    harness::run("somebody speaks and does not listen", async {
        let dialer = served(policy(Policy::DropOldest));
        let mut ann = Person::enter(&dialer, "ann").await;
        let mut slow = Person::enter(&dialer, "dora").await;
        ann.hears("presence").await;
        for seq in 1..=100 {
            slow.say(&long(seq)).await;
            assert_eq!(ann.hears("message").await["seq"], seq);
        }
    });
}

#[test]
fn who_is_gone_without_a_word_is_found_out() {
    harness::run("a machine that loses its power", async {
        let dialer = served(Limits::default());
        let mut ann = Person::enter(&dialer, "ann").await;
        let _dead = Person::enter(&dialer, "dora").await;
        ann.hears("presence").await;
        let start = Instant::now();
        let gone = ann.hears("presence").await;
        assert_eq!(
            (&gone["name"], &gone["state"]),
            (&"dora".into(), &"gone".into())
        );
        let seconds = start.elapsed().as_secs();
        assert!((40..=60).contains(&seconds), "after {seconds} s");
    });
}
