//! The suite, for servers with one fault each: somebody stands between it and the chapter's
//! server, and changes what is said. Each fault has to be found, by the case that is named.

mod between;
#[path = "faulty/refusals.rs"]
mod refusals;

use between::{Fault, Words, between};
use chat::behaviour::{Case, Door, check};
use chat::{Chat, serve};
use serde_json::json;
use wiretap::{Link, Listen as _, Recorder, harness};

/// Whether the case fails for a server with this fault, and with which words.
fn found(case: Case, fault: Fault) -> Result<(), String> {
    harness::run(&format!("{case:?} with a fault"), async move {
        let recorder = Recorder::new("a chat with a fault");
        let (inner, listener) = Link::new().network(&recorder);
        tokio::spawn(serve(listener, Chat::new(), std::future::pending()));
        let (dialer, mut outer) = Link::new().network(&recorder);
        tokio::spawn(async move {
            while let Ok(io) = outer.accept().await {
                tokio::spawn(between(io, inner.clone(), fault));
            }
        });
        check(&Door::new(dialer, "ws://chat.test/chat"), case).await
    })
}

#[track_caller]
fn assert_found(case: Case, fault: Fault, words: &str) {
    match found(case, fault) {
        Ok(()) => panic!("{case:?} does not find it"),
        Err(what) => assert!(what.contains(words), "{case:?}: {what}"),
    }
}

#[test]
fn without_a_fault_all_cases_hold() {
    for case in Case::ALL {
        let checked = found(case, Fault::default());
        checked.unwrap_or_else(|fault| panic!("{case:?}: {fault}"));
    }
}

/// A fault in what the server says.
fn says(down: fn(&mut Words)) -> Fault {
    Fault {
        down,
        ..Fault::default()
    }
}

/// A fault in what it takes.
fn takes(up: fn(&mut Words)) -> Fault {
    Fault {
        up,
        ..Fault::default()
    }
}

#[test]
fn a_welcome_that_does_not_repeat_the_name() {
    let fault = says(|words| words.set("welcome", "name", json!("Anonymous")));
    assert_found(Case::Welcome, fault, "Anonymous");
}

#[test]
fn a_server_that_needs_no_hello() {
    let fault = says(|words| {
        if words.has("code", "hello_first") {
            words.replace(
                &json!({"type": "joined", "room": "a", "seq": 0, "members": []}),
            );
        }
    });
    assert_found(Case::HelloFirst, fault, "hello_first");
}

#[test]
fn a_server_that_takes_a_second_hello() {
    let fault = says(|words| {
        if words.has("code", "hello_again") {
            words.replace(&json!({"type": "welcome", "version": 1, "name": "Ann"}));
        }
    });
    assert_found(Case::HelloFirst, fault, "hello_again");
}

#[test]
fn a_server_that_speaks_any_version() {
    let fault = takes(|words| words.set("hello", "version", json!(1)));
    assert_found(Case::Versions, fault, "unknown_version");
}

#[test]
fn a_server_that_waits_for_ever() {
    let fault = Fault {
        close_code: |code| (code != 4001).then_some(code),
        ..says(|_| ())
    };
    assert_found(Case::Silence, fault, "not 4001");
}

#[test]
fn a_server_that_tells_somebody_of_themselves() {
    let fault = says(|words| {
        if words.is("joined") {
            let here = json!({"type": "presence", "room": words.field("room"),
                "name": "Ann", "state": "here"});
            words.also(&here);
        }
    });
    assert_found(Case::Numbers, fault, "presence");
}

#[test]
fn a_server_that_counts_from_nought() {
    let fault = says(|words| {
        let seq = words.field("seq").as_u64().unwrap_or(0);
        words.set("message", "seq", json!(seq.saturating_sub(1)));
    });
    assert_found(Case::Numbers, fault, r#""seq":0"#);
}

#[test]
fn a_server_that_forgets_where_it_is() {
    let fault = says(|words| words.set("joined", "seq", json!(0)));
    assert_found(Case::Numbers, fault, r#""seq":0"#);
}

#[test]
fn a_server_that_forgets_the_id() {
    let fault = says(|words| words.set("message", "id", json!(null)));
    assert_found(Case::Numbers, fault, "hears");
}

#[test]
fn a_server_that_does_not_answer_the_author() {
    let fault = says(|words| {
        if words.is("message") && words.own_name() {
            words.drop();
        }
    });
    assert_found(Case::Numbers, fault, "Ann hears nothing");
}

#[test]
fn a_server_that_makes_markup_harmless() {
    let fault = says(|words| {
        let text = words.field("text").as_str().unwrap_or_default().to_owned();
        words.set("message", "text", json!(text.replace('<', "&lt;")));
    });
    assert_found(Case::AnyText, fault, "&lt;script");
}

#[test]
fn a_server_that_trims_texts() {
    let fault = says(|words| {
        let text = words.field("text").as_str().unwrap_or_default().to_owned();
        words.set("message", "text", json!(text.trim()));
    });
    assert_found(Case::AnyText, fault, "blanks");
}

#[test]
fn a_server_that_says_something_twice() {
    let fault = says(|words| {
        if words.is("message") && words.field("seq") == 2 {
            words.twice();
        }
    });
    assert_found(Case::Order, fault, "number");
}

#[test]
fn a_server_that_loses_a_message() {
    let fault = says(|words| {
        if words.is("message") && words.field("seq") == 40 {
            words.drop();
        }
    });
    assert_found(Case::Order, fault, "hears nothing");
}

#[test]
fn a_server_with_an_order_for_each_listener() {
    // One of them hears every message behind the next one.
    let fault = says(|words| {
        if words.is("message") && words.name() == "author 2" {
            words.swap();
        }
    });
    assert_found(Case::Order, fault, "different orders");
}

#[test]
fn a_server_in_which_all_rooms_are_one() {
    let fault = Fault {
        one_room: true,
        ..Fault::default()
    };
    assert_found(Case::Apart, fault, "hears");
}

#[test]
fn a_server_that_does_not_say_who_is_gone() {
    let gone = |words: &mut Words| {
        if words.has("state", "gone") {
            words.drop();
        }
    };
    assert_found(Case::Leaving, says(gone), "presence");
    assert_found(Case::Lost, says(gone), "hears nothing");
}

#[test]
fn a_server_that_goes_on_talking_to_who_has_left() {
    let fault = takes(|words| {
        if words.is("leave") {
            let left = json!({"type": "left", "room": words.field("room")});
            words.drop();
            words.answer(&left);
        }
    });
    assert_found(Case::Leaving, fault, "hears");
}

#[test]
fn a_server_that_counts_windows_and_not_people() {
    let fault = takes(|words| {
        if words.is("hello") && words.field("name") == "Bob" {
            let number = words.connection();
            words.set("hello", "name", json!(format!("Bob {number}")));
        }
    });
    let back = |words: &mut Words| words.without_numbers("Bob");
    assert_found(
        Case::Windows,
        Fault {
            down: back,
            ..fault
        },
        "hears",
    );
}

#[test]
fn a_server_that_tells_the_writer_who_is_writing() {
    let fault = takes(|words| {
        if words.is("typing") {
            let room = words.field("room");
            words
                .answer(&json!({"type": "typing", "room": room, "name": words.name()}));
        }
    });
    assert_found(Case::Typing, fault, "Bob hears");
}
