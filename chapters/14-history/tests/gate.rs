//! A gate that asks who comes: in front of the chat, and while somebody is in it.

mod common;
#[path = "common/peer.rs"]
mod peer;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use backpressure::{Entrance, Visit, serve_websockets, websocket_route};
use chat::protocol::{Name, Room};
use connection::WebSocket;
use history::protocol::{ErrorCode, Presence, Problem, ServerMessage};
use history::{
    Admitted, Chat, Farewell, Gate, Halls, MemoryLog, Order, Turned, WebSocketLine,
    converse,
};
use peer::{Peer, anybody, expect, name, room, say};
use tokio::sync::mpsc;
use wiretap::{Link, LinkDialer, LinkStream, Recorder, harness};

/// Lets in who says a good ticket, as its number; and nobody into the cellar.
#[derive(Clone, Default)]
struct Porter {
    /// The way to each guest, in the order in which they came.
    guests: Arc<Mutex<Vec<mpsc::Sender<Order>>>>,
}

impl Porter {
    async fn orders(&self, guest: usize, order: Order) {
        let way = self.guests.lock().expect("no panic")[guest].clone();
        way.send(order).await.expect("it is there");
    }
}

impl Gate for Porter {
    type Pass = mpsc::Receiver<Order>;

    async fn admit(&self, text: &str) -> Result<Admitted<Self::Pass>, Turned> {
        let number = text.strip_prefix("ticket ").ok_or_else(|| Turned {
            problem: Problem::new(ErrorCode::BadTicket, "this is none").at("ticket"),
            close: (text == "a forged one").then_some((4003, "another one, please")),
        })?;
        let (way, pass) = mpsc::channel(8);
        self.guests.lock().expect("no panic").push(way);
        Ok(Admitted {
            name: Name::new(&format!("guest {number}")).expect("a name"),
            version: 2,
            welcome: format!(
                r#"{{"type":"welcome","version":2,"name":"guest {number}"}}"#
            ),
            pass,
        })
    }

    async fn may_enter(&self, _: &Self::Pass, room: &Room) -> Result<(), Problem> {
        match room.as_str() {
            "cellar" => {
                Err(Problem::new(ErrorCode::NoSuchRoom, "no such room").at("room"))
            }
            _ => Ok(()),
        }
    }

    async fn order(&self, pass: &mut Self::Pass) -> Order {
        match pass.recv().await {
            Some(order) => order,
            None => std::future::pending().await,
        }
    }
}

/// A server with this gate, which does not say at its end what chapter 14's says.
fn served(
    porter: &Porter,
    stop: impl Future<Output = ()> + Send + 'static,
) -> LinkDialer {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    let halls = Halls::new();
    let chat = Chat::new(MemoryLog::new(halls.clone()), halls).guarded(porter.clone());
    let entrance = Entrance {
        router: websocket_route(anybody()),
        ..Entrance::default()
    };
    let from_here = |_: &LinkStream| -> IpAddr { Ipv4Addr::LOCALHOST.into() };
    let talk = |websocket: WebSocket<LinkStream>, visit: Visit| {
        converse(WebSocketLine::from(websocket), chat, async move {
            visit.stopping.cancelled().await;
            Farewell {
                code: 1012,
                reason: "it starts anew",
            }
        })
    };
    tokio::spawn(async move {
        serve_websockets(listener, entrance, from_here, talk, stop).await;
    });
    dialer
}

fn gated<F: Future<Output = ()> + Send>(
    what: &str,
    scenario: impl FnOnce(LinkDialer, Porter) -> F + Send + 'static,
) {
    harness::run(what, async move {
        let porter = Porter::default();
        let dialer = served(&porter, std::future::pending());
        scenario(dialer, porter).await;
    });
}

async fn guest(dialer: &LinkDialer, number: usize) -> Peer<LinkStream> {
    let mut guest = Peer::connect(dialer).await;
    guest.send_text(&format!("ticket {number}")).await;
    let welcome = guest.next().await;
    assert!(
        matches!(welcome, ServerMessage::Welcome { .. }),
        "{welcome:?}"
    );
    guest
}

async fn hears_problem(peer: &mut Peer<LinkStream>, code: ErrorCode) {
    match peer.next_but_presence().await {
        ServerMessage::Error(problem) => assert_eq!(problem.code, code),
        other => panic!("a problem, and not {other:?}"),
    }
}

#[test]
fn who_is_turned_away_may_try_again_unless_it_is_told_to_go() {
    gated("hellos that are not good", async |dialer, _| {
        let mut ada = Peer::connect(&dialer).await;
        ada.send_text("nothing of the kind").await;
        hears_problem(&mut ada, ErrorCode::BadTicket).await;
        ada.send_text("ticket 1").await;
        let welcome = r#"{"type":"welcome","version":2,"name":"guest 1"}"#;
        assert_eq!(ada.next_text().await, welcome);
        let mut bob = Peer::connect(&dialer).await;
        bob.send_text("a forged one").await;
        hears_problem(&mut bob, ErrorCode::BadTicket).await;
        assert_eq!(bob.hear_the_end().await, 4003);
    });
}

#[test]
fn what_somebody_says_is_said_in_the_name_that_the_gate_gives() {
    gated("a guest that speaks", async |dialer, _| {
        let mut ada = guest(&dialer, 7).await;
        ada.join(None).await;
        ada.send(&say("1", "words")).await;
        let heard = ServerMessage::Message {
            room: room(),
            seq: 1,
            name: "guest 7".to_owned(),
            text: Some("words".to_owned()),
            id: Some("1".to_owned()),
        };
        let (id, seq) = (peer::id("1"), 1);
        let accepted = ServerMessage::Accepted {
            room: room(),
            id,
            seq,
        };
        let both = [ada.next_but_presence().await, ada.next_but_presence().await];
        assert!(
            both.contains(&heard) && both.contains(&accepted),
            "{both:?}"
        );
    });
}

#[test]
fn a_room_that_one_may_not_enter_is_none() {
    gated("a guest at the cellar's door", async |dialer, _| {
        let mut ada = guest(&dialer, 1).await;
        ada.send_text(r#"{"type":"join","room":"cellar"}"#).await;
        match ada.next().await {
            ServerMessage::Error(problem) => {
                assert_eq!(problem.code, ErrorCode::NoSuchRoom);
                assert_eq!(problem.room, Room::new("cellar").ok());
            }
            other => panic!("a problem, and not {other:?}"),
        }
        // There is no seat, so nothing that needs one.
        ada.send_text(r#"{"type":"page","room":"cellar","before":9,"limit":9}"#)
            .await;
        let outside = chat::protocol::ErrorCode::NotInRoom;
        hears_problem(&mut ada, ErrorCode::One(outside)).await;
        assert_eq!(ada.join(None).await, 0, "another room is open");
    });
}

#[test]
fn who_may_not_stay_is_out_and_told_so() {
    gated(
        "a guest that is turned out",
        async |dialer, porter: Porter| {
            let mut ada = guest(&dialer, 0).await;
            let mut bob = guest(&dialer, 1).await;
            ada.join(None).await;
            bob.join(None).await;
            // Of a room in which he is not, he hears nothing.
            let other = Room::new("pier").expect("a room");
            porter.orders(1, Order::Leave(other)).await;
            porter.orders(1, Order::Leave(room())).await;
            expect(&mut bob, ServerMessage::Left { room: room() }).await;
            let gone = ServerMessage::Presence {
                room: room(),
                name: name("guest 1"),
                state: Presence::Gone,
            };
            while ada.next().await != gone {}
            ada.says("1", "he is gone").await;
            bob.send(&say("1", "am I?")).await;
            let outside = chat::protocol::ErrorCode::NotInRoom;
            hears_problem(&mut bob, ErrorCode::One(outside)).await;
        },
    );
}

#[test]
fn a_guest_is_told_what_the_gate_has_to_say_and_may_be_sent_away() {
    gated("a gate that speaks", async |dialer, porter: Porter| {
        let mut ada = guest(&dialer, 0).await;
        let news = r#"{"type":"read","room":"harbour","seq":7}"#;
        porter.orders(0, Order::Tell(news.to_owned())).await;
        assert_eq!(ada.next_text().await, news);
        porter.orders(0, Order::Close(4004, "sign in again")).await;
        assert_eq!(ada.hear_the_end().await, 4004);
    });
}

/// Each time both are there at once, and a draw would let some of it through.
#[test]
fn whoever_is_sent_away_is_not_heard_any_more() {
    gated("words behind an order", async |dialer, porter: Porter| {
        let mut ada = guest(&dialer, 0).await;
        ada.join(None).await;
        for number in 1..=20 {
            let mut bob = guest(&dialer, number).await;
            bob.join(None).await;
            bob.send(&say("1", "one more thing")).await;
            porter.orders(number, Order::Close(4004, "no more")).await;
            assert_eq!(bob.hear_the_end().await, 4004);
        }
        assert_eq!(ada.says("1", "quiet").await, 1, "nothing else was said");
    });
}

#[test]
fn a_conversation_ends_with_the_words_of_whoever_ends_it() {
    harness::run("a server that starts anew", async {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let dialer = served(&Porter::default(), async { drop(stopped.await) });
        let mut ada = guest(&dialer, 0).await;
        let mut mute = Peer::connect(&dialer).await;
        stop.send(()).expect("it serves");
        assert_eq!(ada.hear_the_end().await, 1012);
        assert_eq!(mute.hear_the_end().await, 1012);
    });
}
