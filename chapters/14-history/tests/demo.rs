//! The example, as the page shows it.

use std::process::Command;

use wiretap::harness::example;

#[test]
fn a_conversation_with_an_interruption() {
    let output = Command::new(example("ch14-history")).arg("--demo").output();
    let output = output.expect("it starts");
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{wrong}");
    let printed = String::from_utf8(output.stdout).expect("text");
    let command = "cargo run --example ch14-history -- --demo";
    insta::with_settings!({ description => command, omit_expression => true }, {
        insta::assert_snapshot!("demo", printed);
    });
}

#[test]
fn the_protocol_as_json_schema() {
    let output = Command::new(example("ch14-history"))
        .arg("--schema")
        .output()
        .expect("it starts");
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).expect("text");
    let command = "cargo run --example ch14-history -- --schema";
    insta::with_settings!({ description => command, omit_expression => true }, {
        insta::assert_snapshot!("schema", printed);
    });
}

#[test]
fn a_file_that_cannot_be_used_is_named_before_anything_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "this is no database, ".repeat(100)).expect("a file");
    let mut command = Command::new(example("ch14-history"));
    let output = command
        .args(["--listen", "127.0.0.1:0", "--database"])
        .arg(&file);
    let output = output.output().expect("it starts");
    assert!(!output.status.success());
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(wrong.contains("notes.txt is not a log of rooms"), "{wrong}");
}
