//! Clients with an account at the whole chat, over each transport.

#[path = "common/house.rs"]
mod house;

use std::time::Duration;

use gatekeeping::api::{Credentials, ErrorCode, Kind, NewPassword, Secret};
use gatekeeping::protocol::RoomInfo;
use history::RoomLog as _;
use history::protocol::ServerMessage;
use house::{HOST, House, PASSWORD, Person, guest, room};
use the_complete_chat::client::{Account, ApiError, News, Transport};
use wiretap::{Cut, Fault, Link, LinkDialer, Recorder, Side, harness};

/// A server that goes on as long as the test.
fn served(link: Link) -> (LinkDialer, House) {
    let (dialer, listener) = link.network(&Recorder::new("the chat"));
    let house = House::new(HOST);
    tokio::spawn(house.serve(listener, std::future::pending()));
    (dialer, house)
}

fn room_news(news: &News) -> Option<RoomInfo> {
    match news {
        News::Room(info) => Some(info.clone()),
        _ => None,
    }
}

#[test]
fn two_people_talk_invite_and_write_to_each_other() {
    for transport in Transport::ALL {
        harness::run(&format!("a talk, over {transport}"), async move {
            let link = Link::new().rtt(Duration::from_millis(30));
            let (dialer, _house) = served(link);
            let mut ada = Person::come(&dialer, "ada", transport).await;
            let mut ben = Person::come(&dialer, "benjamin", transport).await;
            let crew = ada.makes("crew", Kind::Private).await.room;
            let welcome = ben.next().await;
            assert!(
                matches!(&welcome, News::Connected(it) if it.rooms.is_empty()),
                "{welcome:?}"
            );
            // He cannot come in by himself, and learns that he may.
            ben.guest.client().join(crew.clone(), None);
            let refused = ben
                .hears(|news| match news {
                    News::Told(ServerMessage::Error(problem)) => Some(problem.clone()),
                    _ => None,
                })
                .await;
            assert_eq!(refused.code, history::protocol::ErrorCode::NoSuchRoom);
            while !matches!(ada.next().await, News::Connected(_)) {}
            ada.account
                .invite(&crew, "benjamin")
                .await
                .expect("his name");
            let info = ben.hears(room_news).await;
            assert_eq!((&info.room, info.kind), (&crew, Kind::Private));
            ben.guest.client().join(crew.clone(), Some(0));
            ada.says(&crew, "welcome aboard");
            assert_eq!(ada.hears_words().await, "welcome aboard");
            assert_eq!(ben.hears_words().await, "welcome aboard");
            // And alone.
            let direct = ben.account.direct("ada").await.expect("her name").room;
            ben.guest.client().join(direct.clone(), Some(0));
            ben.says(&direct, "thank you");
            assert_eq!(ben.hears_words().await, "thank you");
            let info = ada
                .hears(|news| room_news(news).filter(|it| it.kind == Kind::Direct))
                .await;
            assert_eq!(info.with.expect("with somebody").as_str(), "benjamin");
            ada.guest.client().join(info.room, Some(0));
            assert_eq!(ada.hears_words().await, "thank you");
        });
    }
}

#[test]
fn what_one_window_has_read_another_one_knows() {
    for transport in Transport::ALL {
        harness::run(&format!("two windows, over {transport}"), async move {
            let (dialer, _house) = served(Link::new());
            let mut ada = Person::come(&dialer, "ada", transport).await;
            let harbour = ada.makes("harbour", Kind::Public).await.room;
            ada.says(&harbour, "one");
            ada.hears_words().await;
            let mut other = guest(&ada.account, &dialer, transport, 99);
            let connected = other.next().await.expect("it goes on");
            assert!(matches!(connected, News::Connected(_)), "{connected:?}");
            ada.account.read(&harbour, 1).await.expect("a member");
            let read = other.next().await.expect("it goes on");
            let expected = News::Read {
                room: harbour,
                seq: 1,
            };
            assert_eq!(read, expected);
        });
    }
}

#[test]
fn who_leaves_a_room_is_out_of_it_at_once() {
    for transport in Transport::ALL {
        harness::run(&format!("leaving, over {transport}"), async move {
            let (dialer, _house) = served(Link::new());
            let mut ada = Person::come(&dialer, "ada", transport).await;
            let harbour = ada.makes("harbour", Kind::Public).await.room;
            ada.says(&harbour, "one");
            ada.hears_words().await;
            ada.account.leave(&harbour).await.expect("a member");
            ada.hears(|news| {
                let gone = News::Removed(harbour.clone());
                (*news == gone).then_some(())
            })
            .await;
            while ada.guest.client().cursor(&harbour).is_some() {
                ada.next().await;
            }
        });
    }
}

#[test]
fn signing_out_ends_every_connection_for_good() {
    for transport in Transport::ALL {
        harness::run(&format!("signing out, over {transport}"), async move {
            let (dialer, _house) = served(Link::new());
            let mut ada = Person::come(&dialer, "ada", transport).await;
            assert!(matches!(ada.next().await, News::Connected(_)));
            ada.account.sign_out().await.expect("a session");
            let why = ada
                .hears(|news| match news {
                    News::Cut { why, .. } => Some(why.clone()),
                    _ => None,
                })
                .await;
            assert!(why.starts_with("4004"), "{why}");
            assert!(matches!(ada.next().await, News::Failed(_)));
            assert_eq!(ada.guest.next().await, None);
        });
    }
}

#[test]
fn connections_that_break_lose_and_double_nothing() {
    for transport in Transport::ALL {
        for bytes in [1400, 2100, 3500] {
            harness::run(&format!("breaking, over {transport}"), async move {
                let (dialer, house) = served(Link::new());
                let mut ada = Person::come(&dialer, "ada", transport).await;
                let harbour = ada.makes("harbour", Kind::Public).await.room;
                // From here on over another network, to the same house.
                let (dialer, listener) = Link::new()
                    .cut(Cut::Random)
                    .seed(bytes)
                    .fault(Side::Client, Fault::ResetAfter(bytes))
                    .fault(Side::Server, Fault::ResetAfter(bytes))
                    .network(&Recorder::new("the chat"));
                tokio::spawn(house.serve(listener, std::future::pending()));
                let account = Account::new(dialer.clone(), HOST);
                let who = Credentials {
                    name: "ada".to_owned(),
                    password: Secret::new(PASSWORD),
                };
                account.sign_in(&who).await.expect("the password");
                let guest = guest(&account.into(), &dialer, transport, 7);
                let mut again = Person {
                    account: ada.account,
                    guest,
                };
                again.guest.client().join(harbour.clone(), Some(0));
                let mut heard = Vec::new();
                for number in 1..=20 {
                    again.says(&harbour, &number.to_string());
                }
                while heard.len() < 20 || again.guest.client().pending() > 0 {
                    let news = again.next().await;
                    if let News::Told(ServerMessage::Message { text, .. }) = news {
                        heard.extend(text);
                    }
                }
                let expected: Vec<_> = (1..=20).map(|it| it.to_string()).collect();
                assert_eq!(heard, expected);
                let kept = house.log.after("harbour", 0, 100).await.expect("a log");
                assert_eq!(kept.entries.len(), 20);
            });
        }
    }
}

#[test]
fn what_the_server_refuses_is_told_by_its_code() {
    harness::run("refusals", async {
        let (dialer, _house) = served(Link::new());
        let ada = Person::come(&dialer, "ada", Transport::WebSocket).await;
        let code = |outcome: Result<(), ApiError>| match outcome {
            Err(ApiError::Refused { problem, .. }) => problem.code,
            other => panic!("refused, and not {other:?}"),
        };
        let nobody = ada.account.direct("nobody").await.map(drop);
        assert_eq!(code(nobody), ErrorCode::NoSuchPerson);
        let none = ada.account.enter(&room("none")).await.map(drop);
        assert_eq!(code(none), ErrorCode::NoSuchRoom);
        let stranger = Account::new(dialer.clone(), HOST);
        let refused = stranger.me().await.map(drop);
        assert!(matches!(&refused, Err(error) if error.is_signed_out()));
        let wrong = Credentials {
            name: "ada".to_owned(),
            password: Secret::new("not her password"),
        };
        let outcome = stranger.sign_in(&wrong).await.map(drop);
        let said = format!("{stranger:?} {outcome:?}");
        assert_eq!(code(outcome), ErrorCode::WrongCredentials);
        assert!(!said.contains("not her password"), "{said}");
        let me = ada.account.me().await.expect("signed in");
        assert_eq!(me.name.as_str(), "ada");
        assert!(!format!("{:?}", ada.account).contains("session="));
    });
}

#[test]
fn with_another_password_this_session_goes_on_and_others_end() {
    harness::run("another password", async {
        let (dialer, _house) = served(Link::new());
        let mut ada = Person::come(&dialer, "ada", Transport::WebSocket).await;
        assert!(matches!(ada.next().await, News::Connected(_)));
        let here = Account::new(dialer.clone(), HOST);
        let mut who = Credentials {
            name: "ada".to_owned(),
            password: Secret::new(PASSWORD),
        };
        here.sign_in(&who).await.expect("the password");
        let new = Secret::new("quite another password");
        let passwords = NewPassword {
            old: who.password.clone(),
            new: new.clone(),
        };
        here.change_password(&passwords)
            .await
            .expect("the password");
        here.me().await.expect("it goes on");
        let why = ada
            .hears(|news| match news {
                News::Failed(why) => Some(why.clone()),
                _ => None,
            })
            .await;
        assert!(!why.is_empty());
        here.sign_in(&who).await.expect_err("the old password");
        who.password = new;
        here.sign_in(&who).await.expect("the new password");
    });
}
