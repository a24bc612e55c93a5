use wiretap::harness;

use super::*;

const PLAN: Plan = Plan {
    over: Duration::from_secs(10),
    grace: Duration::from_secs(5),
};

/// Conversations that end as soon as they are told to, and when that was.
fn polite(drain: &Drain, count: usize) -> tokio::task::JoinSet<Duration> {
    let begun = Instant::now();
    let mut conversations = tokio::task::JoinSet::new();
    for _ in 0..count {
        let (held, goodbye) = drain.hold();
        conversations.spawn(async move {
            goodbye.heard().await;
            drop(held);
            begun.elapsed()
        });
    }
    conversations
}

#[test]
fn the_goodbyes_are_spread_evenly() {
    harness::run("a drain of ten", async {
        let drain = Drain::new(PLAN);
        let conversations = polite(&drain, 10);
        let drained = drain.run().await;
        assert_eq!(drained, Drained { open: 10, left: 0 });
        let mut told = conversations.join_all().await;
        told.sort();
        // Rounded up to the timer's millisecond.
        let expected = (0..10).map(Duration::from_secs).collect::<Vec<_>>();
        assert_eq!(told, expected);
    });
}

#[test]
fn a_server_without_conversations_ends_at_once() {
    harness::run("a drain of none", async {
        let begun = Instant::now();
        let drained = Drain::new(PLAN).run().await;
        assert_eq!(drained, Drained { open: 0, left: 0 });
        assert_eq!(begun.elapsed(), Duration::ZERO);
    });
}

#[test]
fn when_all_have_gone_by_themselves_nobody_is_waited_for() {
    harness::run("a drain that is not needed", async {
        let drain = Drain::new(PLAN);
        let held: Vec<_> = (0..4).map(|_| drain.hold()).collect();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop(held);
        });
        let begun = Instant::now();
        assert_eq!(drain.run().await.left, 0);
        assert_eq!(begun.elapsed(), Duration::from_secs(1));
    });
}

#[test]
fn one_that_does_not_end_is_given_up() {
    harness::run("a drain with somebody deaf", async {
        let drain = Drain::new(PLAN);
        let _deaf = drain.hold();
        let polite = polite(&drain, 1);
        let begun = Instant::now();
        assert_eq!(drain.run().await, Drained { open: 2, left: 1 });
        assert_eq!(begun.elapsed(), PLAN.over + PLAN.grace);
        assert_eq!(polite.join_all().await.len(), 1);
    });
}

#[test]
fn whoever_comes_during_a_drain_is_told_at_once() {
    harness::run("a late one", async {
        let drain = Drain::new(PLAN);
        assert_eq!(drain.retry_after(), None);
        let deaf = drain.hold();
        let running = tokio::spawn({
            let drain = drain.clone();
            async move { drain.run().await }
        });
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(drain.retry_after(), Some(Duration::from_secs(13)));
        let begun = Instant::now();
        drain.hold().1.heard().await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
        drop(deaf);
        assert_eq!(running.await.expect("no panic").left, 0);
    });
}

#[test]
fn nothing_is_kept_of_a_conversation_that_is_over() {
    harness::run("many conversations", async {
        let drain = Drain::new(PLAN);
        for _ in 0..1000 {
            drop(drain.hold());
        }
        assert_eq!(drain.conversations(), 0);
        assert!(drain.state().untold.is_empty());
    });
}
