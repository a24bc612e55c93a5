//! The client over lines that are made of requests, and a server that does what it should
//! not.

#[path = "common/fake.rs"]
mod fake;

use std::sync::Arc;
use std::time::Duration;

use fake::served;
use history::ClientOptions;
use history::protocol::{Room, ServerMessage, Text};
use the_complete_chat::client::{Account, Guest, News, Transport, Ways};
use tokio::time::{Instant, timeout};
use wiretap::{Cut, Fault, Link, LinkDialer, Side, harness};

type Ada = Guest<Ways<LinkDialer>>;

const CARRIED: [Transport; 2] = [Transport::Events, Transport::Polls];

fn room() -> Room {
    Room::new("harbour").expect("a room")
}

fn ada(dialer: LinkDialer, transports: &[Transport]) -> Ada {
    let account = Arc::new(Account::new(dialer.clone(), "chat.test"));
    let url = "ws://chat.test/chat".parse().expect("a URL");
    let config = ClientOptions::default().connection;
    let ways = Ways::new(account, dialer, url, transports, config);
    let options = ClientOptions {
        connect_deadline: ways.deadline(),
        seed: 19,
        ..ClientOptions::default()
    };
    let mut guest = Guest::new(ways, options);
    guest.client().join(room(), Some(0));
    guest
}

async fn next(guest: &mut Ada) -> News {
    guest.next().await.expect("it goes on")
}

/// Says so many things, and waits until all are accepted. How often it was cut.
async fn says(guest: &mut Ada, count: usize) -> usize {
    let mut cuts = 0;
    for number in 1..=count {
        let text = Text::new(&number.to_string()).expect("a text");
        guest.client().say(room(), text).expect("room");
    }
    while guest.client().pending() > 0 {
        cuts += usize::from(matches!(next(guest).await, News::Cut { .. }));
    }
    cuts
}

fn numbers(count: usize) -> Vec<String> {
    (1..=count).map(|number| number.to_string()).collect()
}

#[test]
fn what_is_said_is_taken_once_and_in_order() {
    for transport in CARRIED {
        harness::run(&format!("a talk over {transport}"), async move {
            let link = Link::new().rtt(Duration::from_millis(50));
            let (dialer, fake) = served(link);
            let mut ada = ada(dialer, &[transport]);
            assert_eq!(says(&mut ada, 20).await, 0);
            assert_eq!(fake.state().said, numbers(20));
        });
    }
}

#[test]
fn what_is_said_together_comes_together() {
    for transport in CARRIED {
        harness::run(&format!("many rooms over {transport}"), async move {
            let link = Link::new().rtt(Duration::from_millis(50));
            let (dialer, fake) = served(link);
            let mut ada = ada(dialer, &[transport]);
            for number in 0..12 {
                let room = Room::new(&format!("room-{number}")).expect("a room");
                ada.client().join(room.clone(), Some(0));
                let text = Text::new(&number.to_string()).expect("a text");
                ada.client().say(room, text).expect("room");
            }
            assert_eq!(says(&mut ada, 1).await, 0, "the line goes on");
            assert_eq!(fake.state().said.len(), 13);
            let posts = fake.state().posts;
            assert!(posts < 13, "{posts} requests for 26 messages");
        });
    }
}

#[test]
fn an_answer_that_is_lost_makes_nothing_twice() {
    for transport in CARRIED {
        harness::run(&format!("lost answers over {transport}"), async move {
            let (dialer, fake) = served(Link::new());
            let mut ada = ada(dialer, &[transport]);
            says(&mut ada, 1).await;
            fake.state().lost_answers = 3;
            assert_eq!(says(&mut ada, 3).await, 0, "the line goes on");
            let said = fake.state().said.clone();
            assert_eq!(said, ["1", "1", "2", "3"]);
            assert_eq!(fake.state().lines, 1);
        });
    }
}

#[test]
fn connections_that_break_all_the_time_do_not_end_the_line() {
    for transport in CARRIED {
        harness::run(&format!("breaking, over {transport}"), async move {
            let link = Link::new()
                .cut(Cut::Random)
                .seed(19)
                .fault(Side::Server, Fault::ResetAfter(600));
            let (dialer, fake) = served(link);
            let mut ada = ada(dialer, &[transport]);
            assert_eq!(says(&mut ada, 10).await, 0);
            assert_eq!(fake.state().said, numbers(10));
        });
    }
}

#[test]
fn a_line_that_the_server_has_forgotten_is_followed_by_another_one() {
    for transport in CARRIED {
        harness::run(&format!("forgotten, over {transport}"), async move {
            let (dialer, fake) = served(Link::new());
            let mut ada = ada(dialer, &[transport]);
            says(&mut ada, 2).await;
            // As if another one had been opened: the first is none any more.
            fake.state().lines += 1;
            assert_eq!(says(&mut ada, 1).await, 1);
            assert_eq!(fake.state().said, ["1", "2", "1"]);
        });
    }
}

#[test]
fn who_is_signed_out_is_told_so_and_does_not_come_back() {
    for transport in CARRIED {
        harness::run(&format!("signed out, over {transport}"), async move {
            let (dialer, fake) = served(Link::new());
            let mut ada = ada(dialer, &[transport]);
            says(&mut ada, 1).await;
            fake.state().signed_out = true;
            fake.close(4004, "sign in again");
            match next(&mut ada).await {
                News::Cut { why, .. } => assert_eq!(why, "4004 sign in again"),
                other => panic!("cut, and not {other:?}"),
            }
            assert_eq!(next(&mut ada).await, News::Failed("sign in".to_owned()));
            assert_eq!(ada.next().await, None);
        });
    }
}

#[test]
fn where_no_websocket_gets_through_there_are_events_and_then_polls() {
    for (buffers_streams, expected) in [(false, "events"), (true, "polls")] {
        harness::run(&format!("down to {expected}"), async move {
            let (dialer, fake) = served(Link::new());
            fake.state().buffers_streams = buffers_streams;
            let start = Instant::now();
            let mut ada = ada(dialer, &Transport::ALL);
            assert_eq!(says(&mut ada, 3).await, 0);
            // A stream that brings nothing is waited for, but not for ever.
            let waited = start.elapsed() > Duration::from_secs(4);
            assert_eq!(waited, buffers_streams);
            // It remembers what has worked.
            fake.close(1001, "the server stops");
            assert_eq!(says(&mut ada, 1).await, 1);
            assert_eq!(fake.state().websockets_asked, 1);
        });
    }
}

#[test]
fn a_way_that_is_open_and_brings_nothing_is_not_taken_again() {
    harness::run("a WebSocket through which nothing comes", async {
        let (dialer, fake) = served(Link::new());
        fake.state().swallows_frames = true;
        let mut ada = ada(dialer, &Transport::ALL);
        assert_eq!(says(&mut ada, 3).await, 1, "the WebSocket is given up");
        assert_eq!(fake.state().said, numbers(3));
        fake.close(1001, "the server stops");
        assert_eq!(says(&mut ada, 1).await, 1);
        assert_eq!(fake.state().websockets_asked, 1);
    });
}

#[test]
fn the_server_is_told_when_a_line_is_not_wanted_any_more() {
    for transport in CARRIED {
        harness::run(&format!("a goodbye, over {transport}"), async move {
            let (dialer, fake) = served(Link::new());
            let mut ada = ada(dialer, &[transport]);
            says(&mut ada, 1).await;
            drop(ada);
            while fake.state().goodbyes == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
    }
}

#[test]
fn next_may_be_dropped_at_any_time() {
    for transport in CARRIED {
        harness::run(&format!("impatient, over {transport}"), async move {
            let link = Link::new().rtt(Duration::from_millis(40));
            let (dialer, fake) = served(link);
            let mut ada = ada(dialer, &[transport]);
            let mut accepted = Vec::new();
            for number in 1..=5 {
                let text = Text::new(&number.to_string()).expect("a text");
                ada.client().say(room(), text).expect("room");
            }
            while accepted.len() < 5 {
                let impatient = timeout(Duration::from_millis(3), ada.next());
                if let Ok(Some(News::Told(ServerMessage::Accepted { seq, .. }))) =
                    impatient.await
                {
                    accepted.push(seq);
                }
            }
            assert_eq!(accepted, [1, 2, 3, 4, 5]);
            assert_eq!(fake.state().said, numbers(5));
        });
    }
}
