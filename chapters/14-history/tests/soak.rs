//! The soak, short: the program that is run for minutes on a machine of its own.

use std::process::Command;

use wiretap::harness::example;

#[test]
fn nothing_acknowledged_is_lost_while_the_server_is_killed_under_its_clients() {
    let words = "--clients 24 --old 2 --slow 2 --hostile 2 --rooms 2 --seconds 6 --pause 300 \
         --kills 2 --seed 14";
    let output = Command::new(example("ch14-soak"))
        .args(words.split(' '))
        .output()
        .expect("it starts");
    let told = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{wrong}");
    assert_eq!(told.matches("killed, and back").count(), 2, "{told}");
    assert!(told.contains("each once, and in the same order"), "{told}");
}
