//! Version 1 of the protocol: what is read, and what is answered to everything else.

use chat::protocol::{
    ClientMessage, Envelope, ErrorCode, Hello, Join, MAX_ID, MAX_MESSAGE, MAX_ROOM,
    MAX_TEXT, MessageId, Name, Problem, Room, Say, ServerMessage, Text, Typing,
};
use serde_json::{Value, json};

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

fn room(text: &str) -> Room {
    Room::new(text).expect("a room")
}

fn refused(message: &Value) -> Problem {
    refused_text(&message.to_string())
}

fn refused_text(message: &str) -> Problem {
    match ClientMessage::parse(message) {
        Ok(read) => panic!("{message} is read as {read:?}"),
        Err(problem) => problem,
    }
}

#[track_caller]
fn assert_refused(message: Value, code: ErrorCode, field: &str) {
    let problem = refused(&message);
    let expected = (code, Some(field));
    assert_eq!(
        (problem.code, problem.field.as_deref()),
        expected,
        "{message}"
    );
    assert!(!problem.text.is_empty(), "{message}");
}

#[test]
fn every_message_of_a_client_is_read() {
    let room = room("tea-room_2");
    let say = |id| Say {
        room: room.clone(),
        text: Text::new("  <b>Hello</b>\n").expect("a text"),
        id,
    };
    let id = MessageId::new("m-1").expect("an id");
    let said = [
        (
            r#"{"type":"hello","version":1,"name":"Ann"}"#,
            ClientMessage::Hello(Hello {
                version: 1,
                name: name("Ann"),
            }),
        ),
        (
            r#"{"type":"say","room":"tea-room_2","text":"  <b>Hello</b>\n"}"#,
            ClientMessage::Say(say(None)),
        ),
        (
            r#"{"type":"say","room":"tea-room_2","text":"  <b>Hello</b>\n","id":"m-1"}"#,
            ClientMessage::Say(say(Some(id))),
        ),
        (
            r#"{"type":"typing","room":"tea-room_2"}"#,
            ClientMessage::Typing(Typing { room: room.clone() }),
        ),
    ];
    for (text, message) in said {
        assert_eq!(ClientMessage::parse(text).as_ref(), Ok(&message));
        assert_eq!(message.to_json(), text);
    }
    for kind in ["join", "leave"] {
        let text = format!(r#"{{"type":"{kind}","room":"tea-room_2"}}"#);
        let message = ClientMessage::parse(&text).expect("a message");
        assert_eq!(message.to_json(), text);
    }
}

#[test]
fn the_order_of_the_fields_and_blanks_between_them_mean_nothing() {
    let text = " {\n\"name\": \"Ann\", \"version\": 1,\t\"type\": \"hello\" } ";
    let hello = Hello {
        version: 1,
        name: name("Ann"),
    };
    assert_eq!(ClientMessage::parse(text), Ok(ClientMessage::Hello(hello)));
}

#[test]
fn a_field_that_stands_there_twice_is_refused() {
    for (message, field, id) in [
        (r#"{"type":"join","room":"a","room":"b"}"#, "room", None),
        (r#"{"type":"join","type":"hello","room":"a"}"#, "type", None),
        (
            r#"{"type":"say","id":"7","room":"a","text":"1","text":"2"}"#,
            "text",
            Some("7"),
        ),
        (
            r#"{"type":"say","id":"7","id":"8","room":"a","text":"1"}"#,
            "id",
            None,
        ),
    ] {
        let problem = refused_text(message);
        assert_eq!(problem.code, ErrorCode::Malformed);
        assert_eq!(problem.field.as_deref(), Some(field), "{message}");
        assert_eq!(problem.id, id.map(|id| MessageId::new(id).expect("an id")));
    }
}

#[test]
fn what_is_no_object_with_a_type_is_malformed() {
    let texts = [
        "",
        "hello",
        "{",
        "null",
        "5",
        "[]",
        "\"hello\"",
        "{} {}",
        "{\"type\"}",
    ];
    for text in texts {
        let problem = refused_text(text);
        assert_eq!(
            (problem.code, problem.field),
            (ErrorCode::Malformed, None),
            "{text}"
        );
    }
    for message in [json!({}), json!({"type": null}), json!({"type": ["say"]})] {
        assert_refused(message, ErrorCode::Malformed, "type");
    }
}

#[test]
fn an_object_as_deep_as_json_goes_is_refused_and_nothing_worse() {
    let deep = "[".repeat(MAX_MESSAGE);
    assert_eq!(refused_text(&deep).code, ErrorCode::Malformed);
    let deep = format!(
        r#"{{"type":"join","room":{}{}}}"#,
        "[".repeat(100),
        "]".repeat(100)
    );
    let problem = refused_text(&deep);
    assert_eq!(problem.field.as_deref(), Some("room"));
}

#[test]
fn an_unknown_type_is_named() {
    for kind in ["", "Say", "welcome", "say "] {
        assert_refused(json!({"type": kind}), ErrorCode::UnknownType, "type");
    }
}

#[test]
fn a_missing_field_is_named() {
    for (message, field) in [
        (json!({"type": "hello", "name": "Ann"}), "version"),
        (json!({"type": "hello", "version": 1}), "name"),
        (json!({"type": "join"}), "room"),
        (json!({"type": "leave"}), "room"),
        (json!({"type": "typing"}), "room"),
        (json!({"type": "say", "text": "Hello"}), "room"),
        (json!({"type": "say", "room": "tea"}), "text"),
    ] {
        assert_refused(message, ErrorCode::Malformed, field);
    }
}

#[test]
fn a_field_too_many_is_named() {
    for (message, field) in [
        (
            json!({"type": "join", "room": "tea", "roon": "tea"}),
            "roon",
        ),
        (
            json!({"type": "hello", "version": 1, "name": "Ann", "id": "1"}),
            "id",
        ),
        (
            json!({"type": "say", "room": "tea", "text": "Hello", "seq": 1}),
            "seq",
        ),
    ] {
        assert_refused(message, ErrorCode::Malformed, field);
    }
    // However long it is, the answer is short.
    let mut message = json!({"type": "join", "room": "tea"});
    message["é".repeat(9000)] = Value::Null;
    let field = refused(&message).field.expect("it is named");
    assert_eq!(field, "é".repeat(64));
}

#[test]
fn a_field_of_another_type_is_named() {
    for wrong in [
        json!(5),
        json!(null),
        json!(true),
        json!(["tea"]),
        json!({"a": 1}),
    ] {
        let message = json!({"type": "join", "room": wrong});
        assert_refused(message, ErrorCode::Malformed, "room");
    }
    for wrong in [json!(5), json!(-5), json!(0.5), json!(true), json!([1])] {
        let message =
            json!({"type": "say", "room": "tea", "text": "Hello", "id": wrong});
        assert_refused(message, ErrorCode::Malformed, "id");
    }
}

#[test]
fn serde_json_alone_says_it_for_people() {
    let error = serde_json::from_str::<Join>(r#"{"room":5}"#).expect_err("no string");
    let text = "invalid type: integer `5`, expected a string at line 1 column 9";
    assert_eq!(error.to_string(), text);
}

#[test]
fn null_is_as_good_as_no_id() {
    let say = r#"{"type":"say","room":"tea","text":"Hello","id":null}"#;
    let ClientMessage::Say(say) = ClientMessage::parse(say).expect("a message") else {
        panic!("another message");
    };
    assert_eq!(say.id, None);
}

#[test]
fn another_version_is_refused_whatever_else_stands_in_it() {
    for version in [0, 2, u32::MAX] {
        let message = json!({"type": "hello", "version": version, "token": "later"});
        assert_refused(message, ErrorCode::UnknownVersion, "version");
    }
    for version in [
        json!("1"),
        json!(1.0),
        json!(-1),
        json!(1u64 << 32),
        json!(null),
    ] {
        let message = json!({"type": "hello", "version": version, "name": "Ann"});
        assert_refused(message, ErrorCode::Malformed, "version");
    }
}

#[test]
fn the_id_of_what_is_wrong_is_repeated() {
    for message in [
        json!({"type": "say", "id": "m-1", "room": "tea", "text": ""}),
        json!({"type": "say", "id": "m-1", "room": "tea"}),
        json!({"type": "sya", "id": "m-1"}),
        json!({"id": "m-1"}),
    ] {
        let id = refused(&message).id.expect("it is repeated");
        assert_eq!(id.as_str(), "m-1", "{message}");
    }
    let message = json!({"type": "sya", "id": "m".repeat(MAX_ID + 1)});
    assert_eq!(refused(&message).id, None);
}

#[test]
fn a_problem_says_what_is_allowed() {
    let say =
        json!({"type": "say", "room": "tea", "text": "a".repeat(5000), "id": "7"});
    let problem = ServerMessage::from(refused(&say)).to_json();
    let expected = r#"{"type":"error","code":"too_long","field":"text","text":"its length is 5000; allowed are 1 to 4096 bytes of UTF-8, not all of them blank","id":"7"}"#;
    assert_eq!(problem, expected);
    let problem = refused(&json!({"type": "join", "room": "Tea"}));
    let text =
        "room: it has 'T'; allowed are 1 to 64 characters out of a-z, 0-9, - and _";
    assert_eq!(problem.to_string(), text);
}

#[test]
fn the_longest_message_of_a_client_is_within_the_limit() {
    let escaped = |count| "\\u0041".repeat(count);
    let say = format!(
        r#"{{"type":"say","room":"{}","text":"{}","id":"{}"}}"#,
        escaped(MAX_ROOM).to_lowercase().replace("0041", "0061"),
        escaped(MAX_TEXT),
        escaped(MAX_ID),
    );
    assert!(ClientMessage::parse(&say).is_ok());
    assert!(say.len() < MAX_MESSAGE, "{}", say.len());
}

#[test]
fn an_envelope_shows_what_every_version_has() {
    let hello = r#"{"type":"hello","version":2,"name":"Ann","since":7}"#;
    let envelope = Envelope::open(hello).expect("an object with a type");
    assert_eq!((envelope.kind(), envelope.version()), ("hello", Ok(2)));
}
