//! The example, as the pages show it.

use std::process::Command;

use wiretap::harness;

#[test]
fn the_protocol_as_json_schema() {
    let mut command = Command::new(harness::example("ch12-chat"));
    let output = command
        .arg("--schema")
        .output()
        .expect("the example starts");
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).expect("text");
    let command = "cargo run --example ch12-chat -- --schema";
    insta::with_settings!({ description => command, omit_expression => true }, {
        insta::assert_snapshot!("schema", printed);
    });
}
