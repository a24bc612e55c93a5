//! What is done.

use gatekeeping::protocol::RoomInfo;
use history::protocol::{ClientMessage, Text};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::{Value, json};
use the_complete_chat::client::News;

use crate::stage::{Stage, room};
use crate::ui::Effect;
use crate::ui::calls::{Answer, Call};

#[test]
fn whoever_looks_back_asks_for_what_is_older_and_is_not_moved() {
    let mut stage = Stage::new();
    stage.hear(json!({ "type": "joined", "room": "harbour", "seq": 80,
        "members": ["ada"] }));
    let page = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::Ask(ClientMessage::Page(page)) => Some(page.before),
            _ => None,
        })
    };
    assert_eq!(page(&stage.ui.effects()), Some(81));
    let said = |seqs: std::ops::Range<u64>| -> Vec<Value> {
        let said =
            |seq| json!({ "seq": seq, "name": "ben", "text": format!("nr {seq}") });
        seqs.map(said).collect()
    };
    stage.hear(
        json!({ "type": "page", "room": "harbour", "messages": said(31..81),
        "more": true }),
    );
    assert!(stage.screen().contains("nr 80"));
    let mut asked = None;
    for _ in 0..5 {
        stage.key(KeyCode::PageUp);
        asked = asked.or(page(&stage.ui.effects()));
    }
    assert_eq!(asked, Some(31));
    assert_screen!("looking_back", stage);
    let seen = |screen: String| -> Vec<String> {
        let rows = screen.lines().filter_map(|row| row.split_once('│'));
        rows.map(|(_, said)| said.to_owned()).collect()
    };
    let before = seen(stage.screen());
    stage.says("harbour", 81, "ben", "nr 81");
    assert_eq!(seen(stage.screen()), before, "it stays where it is");
    stage.hear(
        json!({ "type": "page", "room": "harbour", "messages": said(1..31),
        "more": false }),
    );
    for _ in 0..9 {
        stage.key(KeyCode::PageUp);
    }
    let oldest = stage.screen();
    assert!(
        oldest.contains("nr 1 ") && oldest.contains("nr 11 "),
        "{oldest}"
    );
    for _ in 0..20 {
        stage.key(KeyCode::PageDown);
    }
    let newest = stage.screen();
    assert!(
        newest.contains("nr 81 ") && newest.contains("nr 71 "),
        "{newest}"
    );
}

#[test]
fn what_has_been_seen_is_told_and_what_another_window_has_seen_is_not_new() {
    let mut stage = Stage::new();
    stage.says("dm-81f3", 1, "ben", "one");
    stage.says("dm-81f3", 2, "ben", "two");
    assert!(stage.screen().contains("@ben               2"));
    stage.hear(json!({ "type": "read", "room": "dm-81f3", "seq": 1 }));
    assert!(stage.screen().contains("@ben               1"));
    stage.key(KeyCode::Tab);
    let read = Effect::Call(Call::Read(room("dm-81f3"), 2));
    assert_eq!(stage.ui.effects(), [read]);
    assert!(!stage.screen().contains("@ben               1"));
    // Looking back one does not see what is new.
    for seq in 3..40 {
        stage.says("dm-81f3", seq, "ben", "more");
    }
    stage.ui.effects();
    stage.key(KeyCode::PageUp);
    stage.says("dm-81f3", 40, "ben", "newest");
    stage.ui.effects();
    stage.ui.tick(stage.now);
    assert_eq!(stage.ui.effects(), []);
    stage.key(KeyCode::Esc);
    let read = Effect::Call(Call::Read(room("dm-81f3"), 40));
    assert_eq!(stage.ui.effects(), [read]);
}

#[test]
fn commands_are_carried_out_and_mistakes_stay_in_the_line() {
    let mut stage = Stage::new();
    let text = |text: &str| Text::new(text).expect("a text");
    stage.says("harbour", 7, "ada", "pier 4");
    stage.says("harbour", 8, "ben", "no");
    stage.ui.effects();
    let harbour = || room("harbour");
    let expected = [
        ("//help", Effect::Say(harbour(), text("/help"))),
        ("/edit pier 5", Effect::Edit(harbour(), 7, text("pier 5"))),
        ("/delete", Effect::Delete(harbour(), 7)),
        (
            "/invite ben",
            Effect::Call(Call::Invite(harbour(), "ben".to_owned())),
        ),
        ("/join quay", Effect::Call(Call::Enter(room("quay")))),
        ("/dm carol", Effect::Call(Call::Direct("carol".to_owned()))),
        ("/leave", Effect::Call(Call::Leave(harbour()))),
        ("/rooms", Effect::Call(Call::Rooms)),
        ("/signout", Effect::Call(Call::SignOut)),
        ("/quit", Effect::Quit),
    ];
    for (line, effect) in expected {
        assert_eq!(stage.enters(line), [effect], "{line}");
    }
    assert_eq!(stage.enters("/jion quay"), []);
    let screen = stage.screen();
    assert!(screen.contains("> /jion quay"), "{screen}");
    assert!(screen.contains("there is no /jion: see /help"), "{screen}");
    stage.ui.key(
        KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL),
        stage.now,
    );
    stage.enters("/edit");
    assert!(stage.screen().contains("> /edit pier 4"));
}

#[test]
fn a_room_that_one_wants_is_shown_when_one_is_in_it() {
    let mut stage = Stage::new();
    let info = json!({ "room": "quay", "kind": "public", "read": 0 });
    let info: RoomInfo = serde_json::from_value(info).expect("a room");
    let call = Call::Enter(room("quay"));
    stage.ui.answer(&call, Ok(Answer::Room(info.clone())));
    // The line tells of it as well; it is one room nevertheless.
    stage.ui.news(News::Room(info), stage.now);
    assert_eq!(stage.ui.effects(), [Effect::Join(room("quay"), None)]);
    let screen = stage.screen();
    assert!(screen.contains(">#quay"), "{screen}");
    assert_eq!(
        screen.matches("#quay").count(),
        2,
        "in the list and above: {screen}"
    );
    stage.hear(json!({ "type": "removed", "room": "quay" }));
    assert!(!stage.screen().contains("#quay"));
}

#[test]
fn help_shows_all_that_can_be_done() {
    let mut stage = Stage::sized(72, 26);
    stage.enters("/help");
    assert_screen!("help", stage);
    stage.key(KeyCode::Esc);
    assert!(stage.screen().contains("+crew"));
}

#[test]
fn a_gap_is_closed_from_its_end_and_a_log_that_was_put_back_is_believed() {
    let mut stage = Stage::new();
    for seq in 1..=3 {
        stage.says("harbour", seq, "ben", &format!("nr {seq}"));
    }
    stage.hear(json!({ "type": "gap", "room": "harbour", "first": 4, "last": 2000 }));
    stage.says("harbour", 2001, "ben", "nr 2001");
    let screen = stage.screen();
    assert!(!screen.contains("nr 3 "), "no hole between them: {screen}");
    assert!(screen.contains("PgUp for what is older"), "{screen}");
    stage
        .hear(json!({ "type": "gap", "room": "harbour", "first": 2001, "last": 2001 }));
    assert!(!stage.screen().contains("nr 2001"));
}

#[test]
fn a_screen_of_any_size_is_drawn_and_any_key_is_taken() {
    let mut random = numbers(19);
    for (columns, rows) in [(1, 1), (2, 3), (9, 4), (21, 5), (60, 3), (200, 60)] {
        let mut stage = Stage::sized(columns, rows);
        stage.says(
            "harbour",
            1,
            "a name that is long",
            "👩‍👩‍👧‍👦 é 漢字 \u{1b}[0m\n\nend",
        );
        for _ in 0..80 {
            let code = match random() % 14 {
                0 => KeyCode::Enter,
                1 => KeyCode::PageUp,
                2 => KeyCode::PageDown,
                3 => KeyCode::Left,
                4 => KeyCode::Backspace,
                5 => KeyCode::Tab,
                6 => KeyCode::Char('漢'),
                7 => KeyCode::Char('\u{301}'),
                8 => KeyCode::Up,
                9 => KeyCode::Delete,
                10 => KeyCode::Char('/'),
                11 => KeyCode::Home,
                12 => KeyCode::Esc,
                _ => KeyCode::Char('e'),
            };
            let modifiers = match random() % 5 {
                0 => KeyModifiers::CONTROL,
                1 => KeyModifiers::ALT,
                _ => KeyModifiers::NONE,
            };
            stage.ui.key(KeyEvent::new(code, modifiers), stage.now);
            stage.screen();
        }
    }
}

/// Numbers that look random and are the same each time.
fn numbers(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state >> 33
    }
}

#[test]
fn who_has_many_rooms_sits_in_those_that_they_look_at() {
    let mut stage = Stage::new();
    let rooms: Vec<Value> = (10..30)
        .map(|number| json!({ "room": format!("r{number}"), "kind": "public", "read": 0 }))
        .collect();
    stage.hear(json!({ "type": "welcome", "version": 3, "name": "ada",
        "rooms": rooms }));
    let seats = |effects: Vec<Effect>| -> Vec<String> {
        let effects = effects.into_iter().filter_map(|effect| match effect {
            Effect::Join(room, after) => Some(format!("+{room} {after:?}")),
            Effect::Unseat(room) => Some(format!("-{room}")),
            _ => None,
        });
        effects.collect()
    };
    let first = seats(stage.ui.effects());
    assert_eq!(first.len(), 16, "a connection has so many: {first:?}");
    stage.says("r11", 7, "ben", "ahoy");
    // All others are looked at in their turn, and then this one again.
    stage.enters("/join r11");
    for number in (12..30).chain([10]) {
        stage.types(&format!("/join r{number}"));
        stage.key(KeyCode::Enter);
    }
    let moved = seats(stage.ui.effects());
    assert_eq!(moved[0], "-r10", "it was looked at first: {moved:?}");
    assert!(moved.contains(&"-r11".to_owned()), "{moved:?}");
    let balance = |sign| moved.iter().filter(|it| it.starts_with(sign)).count();
    assert_eq!(balance('+'), balance('-'), "{moved:?}");
    stage.types("/join r11");
    stage.key(KeyCode::Enter);
    let back = seats(stage.ui.effects());
    assert_eq!(back[1], "+r11 Some(7)", "it goes on where it was: {back:?}");
}
