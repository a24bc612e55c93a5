//! Faults in what is refused, and in how connections end.

use chat::behaviour::Case;
use serde_json::json;

use crate::between::Fault;
use crate::{assert_found, says, takes};

#[test]
fn a_server_that_names_no_field() {
    let fault = says(|words| words.set("error", "field", json!(null)));
    assert_found(Case::Refusals, fault, r#""field":"type""#);
}

#[test]
fn a_server_that_says_malformed_to_everything() {
    let fault = says(|words| words.set("error", "code", json!("malformed")));
    assert_found(Case::Refusals, fault, "unknown_type");
}

#[test]
fn a_server_that_does_not_say_what_it_is_about() {
    let fault = says(|words| words.set("error", "id", json!(null)));
    assert_found(Case::Refusals, fault, r#""id":"1""#);
}

#[test]
fn a_server_that_explains_nothing() {
    let fault = says(|words| words.set("error", "text", json!("")));
    assert_found(Case::Refusals, fault, "hears");
}

#[test]
fn a_server_that_passes_over_what_is_wrong() {
    let fault = says(|words| {
        if words.is("error") {
            words.drop();
        }
    });
    assert_found(Case::Refusals, fault, "hears nothing");
}

#[test]
fn a_server_that_takes_any_length() {
    let fault = takes(|words| {
        let text = words.field("text").as_str().unwrap_or_default().to_owned();
        let cut: String = text.chars().take(2048).collect();
        words.set("say", "text", json!(cut));
    });
    assert_found(Case::Limits, fault, "hears");
}

#[test]
fn a_server_that_takes_less_than_it_must() {
    let fault = takes(|words| {
        if words
            .field("text")
            .as_str()
            .is_some_and(|text| text.len() > 4000)
        {
            words.set("say", "text", json!("a".repeat(5000)));
        }
    });
    assert_found(Case::Limits, fault, "too_long");
}

#[test]
fn a_server_without_a_limit_for_rooms() {
    let fault = says(|words| {
        if words.has("code", "too_many_rooms") {
            words.drop();
        }
    });
    assert_found(Case::Rooms, fault, "hears nothing");
}

#[test]
fn a_server_that_does_not_mind_binary_messages() {
    let fault = Fault {
        binary: false,
        ..Fault::default()
    };
    assert_found(Case::Binary, fault, "not closed with 1003");
}

#[test]
fn a_server_that_takes_a_ping_for_the_end() {
    let fault = Fault {
        pings: false,
        ..Fault::default()
    };
    assert_found(Case::Pings, fault, "closed with 1006");
}

#[test]
fn a_server_that_ends_without_a_word() {
    let fault = Fault {
        close_code: |_| None,
        ..Fault::default()
    };
    assert_found(Case::Binary, fault, "not 1003");
    assert_found(Case::TooLarge, fault, "not 1009");
}
