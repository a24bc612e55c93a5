//! Several say as much at once as they may, and whoever reads at once hears all of it.

mod common;

use std::time::Duration;

use backpressure::{Capacity, Limits, Policy};
use common::{Person, served, talkative};
use tokio::time::{Instant, sleep};
use wiretap::harness;

/// As much as a client may say at once, but for its hello and its join.
const BURST: usize = 48;

fn bursts(speakers: usize, bytes: usize, policy: Policy) {
    harness::run("bursts, and somebody who listens", async move {
        let dialer = served(Limits {
            policy,
            ..Limits::default()
        });
        let all = speakers * BURST;
        let mut people = vec![(Person::enter(&dialer, "Bob").await, 0)];
        for number in 0..speakers {
            let name = format!("speaker {number}");
            people.push((Person::enter(&dialer, &name).await, BURST));
        }
        let text = "x".repeat(bytes);
        let talking: Vec<_> = people
            .into_iter()
            .map(|(mut person, times)| {
                let text = text.clone();
                tokio::spawn(async move { person.talk(&text, times, all).await })
            })
            .collect();
        for person in talking {
            person.await.expect("all of it");
        }
    });
}

#[test]
fn who_reads_at_once_hears_all_that_two_say_at_once() {
    for policy in [Policy::Close, Policy::DropOldest] {
        bursts(2, 4000, policy);
    }
}

#[test]
fn who_reads_at_once_hears_all_that_ten_say_at_once() {
    bursts(10, 1000, Policy::Close);
}

#[test]
fn nobody_waits_for_who_has_taken_nothing_for_a_second() {
    harness::run("a burst beside somebody who does not read", async {
        let dialer = served(Limits {
            policy: Policy::DropOldest,
            outbox: Capacity {
                frames: 16,
                bytes: 1 << 20,
            },
            ..talkative()
        });
        let mut ann = Person::enter(&dialer, "ann").await;
        let _stalled = Person::enter(&dialer, "dora").await;
        ann.hears("presence").await;
        // 64 KiB of it are on their way to her, 16 in the connection, and 16 frames wait.
        ann.talk(&"x".repeat(4096), 60, 60).await;
        sleep(Duration::from_secs(2)).await;
        let begin = Instant::now();
        ann.talk("again", 20, 20).await;
        assert_eq!(begin.elapsed(), Duration::ZERO);
    });
}
