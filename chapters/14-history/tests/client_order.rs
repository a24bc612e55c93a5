//! What a client says arrives in the order in which it was said, and what it wants is asked
//! for until there is an answer: also from a server that cannot do it at once.

mod common;
#[path = "common/cutting.rs"]
mod cutting;
#[path = "common/peer.rs"]
mod peer;
#[path = "common/troubled.rs"]
mod troubled;

use std::time::Duration;

use backpressure::Limits;
use chat::protocol::{ErrorCode as One, Room};
use history::protocol::{ClientMessage, ErrorCode, Search, ServerMessage, Typing};
use history::{Client, ClientOptions, Notice, Rate, RoomLog, Sockets, What};
use peer::{Peer, name, room, text};
use troubled::{served, served_within};
use wiretap::{Dial, Fault, Link, LinkDialer, Side, harness};

fn client<D: Dial>(dialer: D, options: ClientOptions) -> Client<Sockets<D>> {
    let url = peer::URL.parse().expect("a URL");
    let mut client = Client::new(dialer, url, name("ada"), options);
    client.join(room(), Some(0));
    client
}

fn options() -> ClientOptions {
    ClientOptions {
        seed: 1,
        ..ClientOptions::default()
    }
}

/// Says so much at once, waits until all of it is accepted, and gives the errors meanwhile.
async fn says(client: &mut Client<Sockets<LinkDialer>>, count: u32) -> u32 {
    for number in 1..=count {
        let text = text(&format!("text {number}"));
        client.say(room(), text).expect("room");
    }
    let mut errors = 0;
    while client.pending() > 0 {
        match client.next().await.expect("it goes on") {
            Notice::Told(ServerMessage::Error(_)) => errors += 1,
            Notice::Cut { why, .. } => panic!("{why}: nobody is sent away for it"),
            _ => {}
        }
    }
    errors
}

async fn check_order(log: &impl RoomLog, count: u32) {
    let since = log.after("harbour", 0, 1000).await.expect("an answer");
    let words = since.entries.into_iter().map(|entry| match entry.what {
        What::Said { text, .. } => text.expect("words"),
        other => panic!("words, and not {other:?}"),
    });
    let expected = (1..=count).map(|number| format!("text {number}"));
    assert_eq!(words.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn who_says_much_at_once_is_heard_in_order_over_any_link() {
    for rtt in [0, 1, 20, 100, 300] {
        harness::run(&format!("two hundred messages, {rtt} ms"), async move {
            let link = Link::new().rtt(Duration::from_millis(rtt));
            let (dialer, log) = served(link, 0);
            let mut client = client(dialer, options());
            let errors = says(&mut client, 200).await;
            check_order(&log.log, 200).await;
            assert_eq!(errors, 0, "it keeps to the rate");
        });
    }
}

#[test]
fn what_the_log_could_not_take_does_not_change_its_place() {
    harness::run("a log that is locked now and then", async {
        let link = Link::new().rtt(Duration::from_millis(100));
        let (dialer, log) = served(link, 3);
        let mut client = client(dialer, options());
        assert!(says(&mut client, 100).await > 10, "many are refused");
        check_order(&log.log, 100).await;
    });
}

/// The client comes, and has to hear this much of the room, though it has not been asked
/// for anything a second time.
async fn hears(client: &mut Client<Sockets<LinkDialer>>, until: u64) {
    while client.cursor(&room()) < Some(until) {
        let notice = client.next().await.expect("it goes on");
        assert!(!matches!(notice, Notice::Cut { .. }), "{notice:?}");
    }
}

#[test]
fn a_room_that_cannot_be_read_is_joined_as_soon_as_it_can() {
    harness::run("a log that cannot be read during the resume", async {
        let (dialer, log) = served(Link::new(), 0);
        let mut bob = Peer::joined(&dialer, "bob", None).await;
        bob.says("1", "before").await;
        log.is_unreadable(2);
        let mut client = client(dialer, options());
        client.say(room(), text("and I am here")).expect("room");
        hears(&mut client, 2).await;
        assert_eq!(client.pending(), 0);
        bob.next_but_presence().await;
        bob.says("2", "then hear this").await;
        hears(&mut client, 3).await;
        let since = log.log.after("harbour", 0, 10).await.expect("an answer");
        assert_eq!(since.last, 3, "its words have not been lost: {since:?}");
    });
}

async fn joins(client: &mut Client<Sockets<LinkDialer>>, into: &Room) {
    loop {
        match client.next().await.expect("it goes on") {
            Notice::Told(ServerMessage::Joined { room, .. }) if room == *into => return,
            _ => {}
        }
    }
}

#[test]
fn a_join_is_not_lost_behind_what_is_worth_nothing_later() {
    harness::run("a client that has much to ask", async {
        let (dialer, _log) = served(Link::new(), 0);
        let max_pending = 2;
        let mut client = client(
            dialer,
            ClientOptions {
                max_pending,
                ..options()
            },
        );
        joins(&mut client, &room()).await;
        for _ in 0..3 {
            let room = room();
            client.ask(&ClientMessage::Typing(Typing { room }));
        }
        let island = Room::new("island").expect("a room");
        client.join(island.clone(), None);
        joins(&mut client, &island).await;
    });
}

async fn has_left(client: &mut Client<Sockets<LinkDialer>>) {
    while !matches!(
        client.next().await,
        Some(Notice::Told(ServerMessage::Left { .. }))
    ) {}
}

/// It cannot know what a server allows, and finds out.
#[test]
fn a_server_that_allows_less_gets_everything_in_order() {
    for count in 1..=20 {
        harness::run(&format!("{count} messages and a leave"), async move {
            let limits = Limits {
                rate: Rate {
                    burst: 3,
                    interval: Duration::from_secs(1),
                },
                ..Limits::default()
            };
            let (dialer, log) = served_within(limits, Link::new(), 0);
            let mut client = client(dialer, options());
            let errors = says(&mut client, count).await;
            // The first three are the hello, the join and one message.
            assert_eq!(errors > 0, count > 1, "{count}: more than it may say");
            check_order(&log.log, count).await;
            client.leave(&room());
            has_left(&mut client).await;
        });
    }
}

#[test]
fn what_was_said_before_a_room_is_left_is_said_in_it() {
    harness::run("a client that says much and goes", async {
        let (dialer, log) = served(Link::new().rtt(Duration::from_millis(100)), 3);
        let mut client = client(dialer, options());
        for number in 1..=10 {
            let text = text(&format!("text {number}"));
            client.say(room(), text).expect("room");
        }
        client.leave(&room());
        has_left(&mut client).await;
        check_order(&log.log, 10).await;
        assert_eq!(client.cursor(&room()), None, "it is not in it any more");
    });
}

/// 45 questions and a thousand entries: more than lies in all the buffers in between. The
/// server does not read while it tells.
#[test]
fn it_reads_while_it_has_much_to_send() {
    harness::run("both sides have much to say", async {
        let (dialer, log) = served(Link::new(), 0);
        for number in 1..=1000 {
            let post = common::say("bob", &number.to_string(), &"x".repeat(200));
            common::added(&log.log, "harbour", post).await;
        }
        let mut client = client(dialer, options());
        assert_eq!(client.next().await, Some(Notice::Connected));
        for _ in 0..45 {
            let (room, query) = (room(), text(&"y".repeat(4096)));
            client.ask(&ClientMessage::Search(Search { room, query }));
        }
        hears(&mut client, 1000).await;
    });
}

/// Says something, changes it twice and takes it back, over a connection that is cut after
/// so many bytes of this side, and then over a good one.
fn changes(bytes: u64, side: Side) {
    harness::run(&format!("{bytes} bytes of the {side:?}"), async move {
        let cut = Link::new().fault(side, Fault::ResetAfter(bytes));
        let (dialer, log) = cutting::over(vec![cut, Link::new()]);
        let mut client = client(dialer, options());
        let said = client.say(room(), text("left"));
        let edits =
            ["right", "left", "right"].map(|it| client.edit(room(), 1, text(it)));
        let deleted = client.delete(room(), 1);
        let mut ids = vec![said];
        ids.extend(edits);
        ids.push(deleted);
        let mut accepted = Vec::new();
        while client.pending() > 0 {
            match client.next().await.expect("it goes on") {
                Notice::Told(ServerMessage::Accepted { id, seq, .. }) => {
                    accepted.push((id, seq));
                }
                Notice::Told(ServerMessage::Error(error)) => panic!("{error:?}"),
                _ => {}
            }
        }
        let expected = ids.into_iter().map(|id| id.expect("room"));
        let expected: Vec<_> = expected.zip(1..).collect();
        assert_eq!(accepted, expected);
        let since = log.after("harbour", 0, 10).await.expect("an answer");
        assert_eq!(since.last, 5, "{since:?}");
    });
}

#[test]
fn a_change_is_made_once_wherever_the_connection_is_cut() {
    for bytes in (0..1500).step_by(7) {
        changes(bytes, Side::Server);
        changes(bytes, Side::Client);
    }
}

#[test]
fn what_is_said_in_a_room_too_many_is_refused_and_does_not_wait() {
    harness::run("a client in seventeen rooms", async {
        let (dialer, _log) = served(Link::new(), 0);
        let mut client = client(dialer, options());
        let rooms = (1..=16).map(|number| Room::new(&format!("room-{number:02}")));
        let rooms: Vec<_> = rooms.map(|room| room.expect("a room")).collect();
        for room in &rooms {
            client.join(room.clone(), None);
        }
        let ids = [&rooms[0], &rooms[15]].map(|room| {
            let id = client.say(room.clone(), text("who is here?"));
            id.expect("room")
        });
        let (mut accepted, mut refused) = (Vec::new(), Vec::new());
        while client.pending() > 0 {
            match client.next().await.expect("it goes on") {
                Notice::Told(ServerMessage::Accepted { id, .. }) => accepted.push(id),
                Notice::Told(ServerMessage::Error(error)) => {
                    refused.push((error.code, error.room, error.id));
                }
                _ => {}
            }
        }
        let [taken, early] = ids;
        assert_eq!(accepted, [taken]);
        let room = Some(rooms[15].clone());
        let too_many = ErrorCode::One(One::TooManyRooms);
        let outside = ErrorCode::One(One::NotInRoom);
        let expected = [(too_many, room.clone(), None), (outside, room, Some(early))];
        assert_eq!(refused, expected);
    });
}
