//! What is shown.

use std::time::Duration;

use history::protocol::{MessageId, Text};
use ratatui::crossterm::event::KeyCode;
use serde_json::json;
use the_complete_chat::client::News;

use crate::stage::{Stage, room};
use crate::ui::Effect;

#[test]
fn rooms_with_what_is_new_and_what_was_said() {
    let mut stage = Stage::new();
    stage.hear(json!({ "type": "joined", "room": "harbour", "seq": 0,
        "members": ["ada", "ben", "carol"] }));
    stage.says("harbour", 1, "ben", "the ferry leaves from pier 4");
    stage.says("harbour", 2, "ada", "thank you");
    stage.says(
        "harbour",
        3,
        "carol",
        "and it is late as it has been on each day of this week, because of the fog",
    );
    stage.says("dm-81f3", 1, "ben", "are you there?");
    stage.says("dm-81f3", 2, "ben", "hello?");
    stage.hear(
        json!({ "type": "edited", "room": "harbour", "seq": 4, "target": 1,
        "name": "ben", "text": "the ferry leaves from pier 5" }),
    );
    stage.hear(json!({ "type": "typing", "room": "harbour", "name": "ben" }));
    stage.types("I'll be th");
    assert_screen!("talk", stage);
}

#[test]
fn a_narrow_terminal_has_no_list_of_rooms() {
    let mut stage = Stage::sized(36, 8);
    stage.says(
        "harbour",
        1,
        "ben",
        "the ferry leaves from pier 4, they say",
    );
    stage.hear(
        json!({ "type": "deleted", "room": "harbour", "seq": 2, "target": 1,
        "name": "ben" }),
    );
    stage.says("harbour", 3, "ben", "no, from pier 5 after all");
    assert_screen!("narrow", stage);
}

#[test]
fn who_is_in_no_room_is_told_what_to_do() {
    let mut stage = Stage::new();
    let welcome =
        json!({ "type": "welcome", "version": 3, "name": "ada", "rooms": [] });
    stage.hear(welcome);
    assert_screen!("nowhere", stage);
    assert_eq!(stage.enters("hello"), []);
    assert!(stage.screen().contains("you are in no room"));
}

#[test]
fn a_cut_is_explained_and_nothing_that_is_said_meanwhile_disappears() {
    let mut stage = Stage::new();
    let (why, wait) = ("no route".to_owned(), Duration::from_secs(4));
    stage.ui.news(News::Cut { why, wait }, stage.now);
    let text = Text::new("is anybody there?").expect("a text");
    let effects = stage.enters("is anybody there?");
    assert_eq!(effects, [Effect::Say(room("harbour"), text.clone())]);
    let id = MessageId::new("1").expect("an id");
    stage.ui.said(&room("harbour"), id, &text);
    stage.now += Duration::from_secs(1);
    stage.ui.tick(stage.now);
    assert_screen!("cut", stage);
    // And then it is accepted.
    stage.hear(
        json!({ "type": "welcome", "version": 3, "name": "ada", "rooms": [
        { "room": "harbour", "kind": "public", "read": 0 }] }),
    );
    stage.says("harbour", 1, "ada", "is anybody there?");
    stage.hear(json!({ "type": "accepted", "room": "harbour", "id": "1", "seq": 1 }));
    let screen = stage.screen();
    assert_eq!(screen.matches("is anybody there?").count(), 1, "{screen}");
    assert!(!screen.contains("not accepted"), "{screen}");
}

#[test]
fn what_is_refused_is_put_back_into_the_line() {
    let mut stage = Stage::new();
    let text = Text::new("too much").expect("a text");
    stage.enters("too much");
    let id = MessageId::new("1").expect("an id");
    stage.ui.said(&room("harbour"), id, &text);
    stage.hear(
        json!({ "type": "error", "code": "not_in_room", "text": "no", "id": "1" }),
    );
    let screen = stage.screen();
    assert!(screen.contains("> too much"), "{screen}");
    assert!(screen.contains("not said: no"), "{screen}");
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\r\u{9b}31m\u{202e}txet";
    let mut stage = Stage::new();
    stage.hear(
        json!({ "type": "room", "room": { "room": "aaa", "kind": "direct",
        "with": "ben", "read": 0 } }),
    );
    stage.says("aaa", 1, evil, evil);
    stage.hear(
        json!({ "type": "found", "room": "aaa", "query": evil, "messages": [
        { "seq": 1, "name": evil, "text": evil }] }),
    );
    let found = stage.screen();
    assert!(found.contains("owned"), "it is shown as text: {found}");
    stage.key(KeyCode::Esc);
    stage.ui.paste(evil);
    stage.ui.news(
        News::Cut {
            why: evil.to_owned(),
            wait: Duration::ZERO,
        },
        stage.now,
    );
    stage.ui.remark(evil);
    stage.alt(KeyCode::Up);
    for screen in [found, stage.screen()] {
        let letters = stage.terminal.backend().buffer().content().iter();
        let drawn: String = letters.map(|cell| cell.symbol()).collect();
        for text in [screen.replace('\n', ""), drawn] {
            let bad = |letter: char| letter.is_control() || letter == '\u{202e}';
            assert!(!text.contains(bad), "{text:?}");
        }
    }
}
