//! The client: it asks again as soon as it is answered, waits longer than the server, and
//! tells every event once.

mod common;

use std::time::Duration;

use common::{RTT, SECOND, Server, board};
use long_polling::{PATIENCE, PAUSE, long_poller};
use raw_http::{Client, Config};
use short_polling::{Notice, Pace, PollError, Poller, Variant};
use tokio::time::{Instant, sleep, timeout};
use wiretap::{Dial, Ledger, Link, Part, Recorder, Transcript, harness};

/// The numbers of the events that are told, up to the event `last`.
async fn told_until<D: Dial>(poller: &mut Poller<D>, last: u64) -> Vec<u64> {
    let mut told = Vec::new();
    while told.last().is_none_or(|seq| *seq < last) {
        match poller.next().await {
            Notice::Event(event) => told.push(event.seq),
            Notice::Failed { .. } => {}
            surprise => panic!("{surprise:?}"),
        }
    }
    told
}

/// Ten seconds in which three events happen, two of them soon after each other.
fn ten_seconds(keep_alive: bool) -> Transcript {
    harness::run("three events", async move {
        let recorder = Recorder::new("three events");
        let board = board(10, 10);
        let server = Server::recorded(&board, &recorder);
        tokio::spawn(async move {
            for seconds in [3.0, 4.0, 0.02] {
                sleep(Duration::from_secs_f64(seconds)).await;
                board.append("x");
            }
        });
        let client = server.client().keep_alive(keep_alive);
        let mut poller = long_poller(client, 0).resume_after(0);
        let told = timeout(10 * SECOND, told_until(&mut poller, 3)).await;
        assert_eq!(told, Ok(vec![1, 2, 3]));
        recorder.transcript()
    })
}

fn times(transcript: &Transcript, part: Part) -> Vec<u64> {
    let entries = transcript.entries.iter();
    let entries = entries.filter(|entry| entry.part == part);
    entries.map(|entry| entry.sent_us / 1000).collect()
}

#[test]
fn it_asks_again_as_soon_as_it_is_answered() {
    let kept = ten_seconds(true);
    // One round trip to connect. The events happen at 3,000, 7,000 and 7,020 ms; an answer
    // takes 50 ms, and the next question leaves as it arrives.
    assert_eq!(times(&kept, Part::RequestHead), [100, 3050, 7050]);
    // The third event happened while the answer with the second was on its way.
    assert_eq!(times(&kept, Part::ResponseHead), [3000, 7000, 7100]);
}

#[test]
fn rfc6202_2_2_over_a_kept_connection_or_over_a_fresh_one_each_time() {
    let (kept, fresh) = (ten_seconds(true), ten_seconds(false));
    assert_eq!(Ledger::of(&kept).connections, 1);
    assert_eq!(Ledger::of(&fresh).connections, 3);
    // A handshake comes before each question.
    assert_eq!(times(&fresh, Part::RequestHead), [100, 3150, 7150]);
    assert_eq!(times(&fresh, Part::ResponseHead), [3000, 7000, 7200]);
}

#[test]
fn cancel_safety_next_dropped_at_every_millisecond() {
    for millis in 0..460 {
        let told = harness::run("dropping next", async move {
            let board = board(10, 10);
            let server = Server::of(&board);
            let mut poller = long_poller(server.client(), 0).resume_after(0);
            let writer = board.clone();
            tokio::spawn(async move {
                sleep(Duration::from_millis(250)).await;
                writer.append("x");
                writer.append("y");
            });
            let mut told = Vec::new();
            let limit = Duration::from_millis(millis);
            let _ = timeout(limit, async {
                loop {
                    told.extend(told_until(&mut poller, 0).await);
                }
            })
            .await;
            board.append("z");
            told.extend(told_until(&mut poller, 3).await);
            told
        });
        assert_eq!(told, [1, 2, 3], "dropped after {millis} ms");
    }
}

#[test]
fn rfc6202_5_5_the_client_waits_longer_than_the_server() {
    harness::run("a quiet minute", async {
        let recorder = Recorder::new("a quiet minute");
        let server = Server::recorded(&board(10, 10), &recorder);
        let mut poller = long_poller(server.client(), 0).resume_after(0);
        assert!(timeout(65 * SECOND, poller.next()).await.is_err());
        let ledger = Ledger::of(&recorder.transcript());
        // Held from 150 ms to 30,150 ms, and so on; over one connection.
        assert_eq!((ledger.requests, ledger.connections), (3, 1));
    });
    assert!(PATIENCE > 30 * SECOND + RTT);
}

/// Chapter 2's poller gives a poll up after 30 s, which is when this server answers it:
/// 50 ms later the answer would have been there.
#[test]
fn a_client_that_gives_up_when_the_server_does_mistakes_silence_for_failure() {
    harness::run("two that give up together", async {
        let server = Server::of(&board(10, 10));
        let pace = Pace::new(PAUSE, 0.0, 0);
        let poller = Poller::new(server.client(), Variant::Cursor, pace);
        let failure = poller.resume_after(0).next().await;
        let Notice::Failed { error, .. } = failure else {
            panic!("{failure:?}");
        };
        assert!(matches!(error, PollError::TimedOut), "{error:?}");
    });
}

#[test]
fn a_server_that_does_not_hold_is_asked_twenty_times_a_second() {
    harness::run("a server of chapter 2", async {
        let recorder = Recorder::new("a server of chapter 2");
        let (dialer, listener) = Link::new().network(&recorder);
        let board = board(10, 10).board().clone();
        let forever = std::future::pending();
        tokio::spawn(short_polling::serve(
            listener,
            board,
            Config::default(),
            forever,
        ));
        let client = Client::new(dialer, "board.test");
        let mut poller = long_poller(client, 0).resume_after(0);
        assert!(timeout(10 * SECOND, poller.next()).await.is_err());
        let requests = Ledger::of(&recorder.transcript()).requests;
        assert!((195..=201).contains(&requests), "{requests}");
    });
}

#[test]
fn failures_double_the_wait_from_a_tenth_of_a_second_on() {
    harness::run("nobody there", async {
        let (dialer, listener) = Link::new().network(&Recorder::new("nobody there"));
        drop(listener);
        let mut poller = long_poller(Client::new(dialer, "board.test"), 7);
        for doubled in [100, 200, 400, 800] {
            let notice = poller.next().await;
            let Notice::Failed { wait, .. } = notice else {
                panic!("{notice:?}");
            };
            let whole = Duration::from_millis(doubled);
            assert!((whole / 2..=whole).contains(&wait), "{wait:?}");
        }
    });
}

#[test]
fn rfc9110_10_2_3_a_client_without_a_place_comes_back_when_it_was_told_to() {
    harness::run("a full house", async {
        let board = board(10, 0);
        let server = Server::of(&board);
        let mut poller = long_poller(server.client(), 0).resume_after(0);
        let notice = poller.next().await;
        let Notice::Failed { error, wait } = notice else {
            panic!("{notice:?}");
        };
        assert!(
            matches!(error, PollError::Status { status: 503, .. }),
            "{error:?}"
        );
        assert_eq!(wait, 5 * SECOND);
        // Meanwhile something happens: to be told that, it needs no place.
        board.append("x");
        let before = Instant::now();
        assert_eq!(told_until(&mut poller, 1).await, [1]);
        assert_eq!(before.elapsed(), 5 * SECOND + RTT);
    });
}
