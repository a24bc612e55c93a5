//! The line in which somebody writes.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::stage::Stage;

/// The line, as it is shown.
fn line(stage: &mut Stage) -> String {
    let screen = stage.screen();
    let row = screen.lines().rev().nth(1).expect("two rows").to_owned();
    let row = row.trim_matches('"').trim_end();
    row.strip_prefix('>').expect("a prompt").trim().to_owned()
}

fn control(stage: &mut Stage, letter: char) {
    let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
    stage.ui.key(key, stage.now);
}

#[test]
fn keys_move_and_delete_what_is_seen_as_one_letter() {
    let mut stage = Stage::new();
    stage.types("ab");
    stage.ui.paste("👩‍👩‍👧é");
    stage.key(KeyCode::Left);
    stage.key(KeyCode::Backspace);
    assert_eq!(line(&mut stage), "abé");
    stage.key(KeyCode::Home);
    stage.key(KeyCode::Delete);
    stage.types("c");
    assert_eq!(line(&mut stage), "cbé");
    stage.key(KeyCode::End);
    stage.types(" one two  ");
    control(&mut stage, 'w');
    assert_eq!(line(&mut stage), "cbé one");
    control(&mut stage, 'a');
    control(&mut stage, 'k');
    assert_eq!(line(&mut stage), "");
}

#[test]
fn what_was_written_comes_back() {
    let mut stage = Stage::new();
    for words in ["one", "two", "two", "three"] {
        stage.enters(words);
    }
    let mut shown = |code: KeyCode| {
        stage.key(code);
        line(&mut stage)
    };
    let back = [(); 4].map(|()| shown(KeyCode::Up));
    assert_eq!(back, ["three", "two", "one", "one"]);
    assert_eq!(shown(KeyCode::Down), "two");
    let forth = [(); 3].map(|()| shown(KeyCode::Down));
    assert_eq!(forth, ["three", "", ""]);
}

#[test]
fn what_is_pasted_is_one_line_and_is_not_sent() {
    let mut stage = Stage::new();
    stage.ui.paste("one\r\ntwo\n/quit\n");
    assert_eq!(stage.ui.effects(), []);
    assert_eq!(line(&mut stage), "one two /quit");
}

#[test]
fn of_a_long_line_the_part_at_the_cursor_is_seen() {
    let mut stage = Stage::sized(20, 6);
    let letters: String = ('a'..='z').chain('A'..='Z').collect();
    stage.types(&letters);
    assert!(line(&mut stage).ends_with("XYZ"));
    stage.key(KeyCode::Home);
    assert!(line(&mut stage).starts_with("abc"));
    // And letters that take two columns.
    control(&mut stage, 'k');
    stage.types(&"漢".repeat(40));
    let shown = line(&mut stage);
    assert_eq!(shown.matches('漢').count(), 8, "{shown}");
}
