//! The example, as the page shows it.

use std::process::Command;

use wiretap::harness::example;

#[test]
fn the_protocol_as_json_schema() {
    let output = Command::new(example("ch15-gatekeeping"))
        .arg("--schema")
        .output()
        .expect("it starts");
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).expect("text");
    let command = "cargo run --example ch15-gatekeeping -- --schema";
    insta::with_settings!({ description => command, omit_expression => true }, {
        insta::assert_snapshot!("schema", printed);
    });
}
