//! The soak, short: the program that is run for minutes, with thousands.

use std::process::Command;

use wiretap::harness::example;

#[test]
fn nothing_accepted_is_lost_over_any_transport_while_the_server_restarts() {
    let words = "--clients 30 --rooms 3 --seconds 14 --pause 400 --restarts 1 --kills 1 \
         --one-slow-of 5 --nap 3000 --seed 19";
    let output = Command::new(example("ch19-soak"))
        .args(words.split(' '))
        .output()
        .expect("it starts");
    let told = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{wrong}");
    assert!(told.contains("each once, and in the same order"), "{told}");
    assert!(told.contains("2 restarts"), "{told}");
}
