//! Several say as much at once as they may, and whoever reads at once hears all of it.

mod common;

use backpressure::{Limits, Policy};
use common::{Person, served};
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
