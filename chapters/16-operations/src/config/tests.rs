use serde_json::Value;

use super::*;

fn fields(above: &str, value: &Value, all: &mut Vec<String>) {
    let is_one = KEYS
        .iter()
        .any(|key| key.field == above.trim_start_matches('.'));
    match value {
        Value::Object(table) if !is_one => table.iter().for_each(|(name, value)| {
            fields(&format!("{above}.{name}"), value, all);
        }),
        _ => all.push(above.trim_start_matches('.').to_owned()),
    }
}

#[test]
fn every_setting_is_explained_and_each_explanation_is_of_one() {
    let config = serde_json::to_value(Config::default()).expect("a value");
    let mut all = Vec::new();
    fields("", &config, &mut all);
    all.sort();
    let mut known: Vec<_> = KEYS.iter().map(|key| key.field.to_owned()).collect();
    known.sort();
    assert_eq!(all, known);
}

#[test]
fn no_two_settings_have_the_same_variable() {
    let mut names: Vec<_> = KEYS.iter().map(Key::variable).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), KEYS.len());
}

#[test]
fn the_defaults_are_chapter_13s() {
    let ours = format!("{:?}", Config::default().limits());
    assert_eq!(ours, format!("{:?}", Limits::default()));
}
