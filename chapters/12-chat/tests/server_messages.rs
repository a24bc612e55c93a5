//! What a server says, as a client reads it.

use chat::protocol::{ErrorCode, Name, Presence, Problem, Room, ServerMessage, Text};

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

fn room(text: &str) -> Room {
    Room::new(text).expect("a room")
}

#[test]
fn every_message_of_a_server_is_read_by_a_client() {
    let tea = || room("tea");
    let text = Text::new("Hello").expect("a text");
    let problem = Problem::new(ErrorCode::NotInRoom, "you are not in this room");
    let said = [
        ServerMessage::Welcome {
            version: 1,
            name: name("Ann"),
        },
        ServerMessage::Joined {
            room: tea(),
            seq: 0,
            members: vec![name("Ann")],
        },
        ServerMessage::Left { room: tea() },
        ServerMessage::Message {
            room: tea(),
            seq: 1,
            name: name("Ann"),
            text,
            id: None,
        },
        ServerMessage::Presence {
            room: tea(),
            name: name("Ann"),
            state: Presence::Gone,
        },
        ServerMessage::Typing {
            room: tea(),
            name: name("Ann"),
        },
        ServerMessage::Dropped {
            room: tea(),
            count: 5,
        },
        ServerMessage::Error(problem.at("room")),
    ];
    for message in said {
        let json = message.to_json();
        let read = ServerMessage::parse(&json).expect("a message");
        assert_eq!(read, Some(message), "{json}");
    }
}

#[test]
fn a_client_passes_over_what_it_does_not_know() {
    let newer = r#"{"type":"left","room":"tea","reason":"closed"}"#;
    let left = ServerMessage::Left { room: room("tea") };
    assert_eq!(ServerMessage::parse(newer).expect("a message"), Some(left));
    let newest = r#"{"type":"applause","room":"tea","count":5}"#;
    assert_eq!(ServerMessage::parse(newest).expect("a message"), None);
    for none in ["", "[]", "{}", r#"{"type":5}"#, r#"{"type":"left"}"#] {
        assert!(ServerMessage::parse(none).is_err(), "{none}");
    }
}
