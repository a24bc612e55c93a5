//! The example as a program: what it measures, and what it says when it cannot.

use std::process::{Command, Output};

use wiretap::harness::example;

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("it prints text")
}

fn held(arguments: &[&str]) -> Output {
    let mut program = Command::new(example("ch03-long-polling"));
    program
        .arg("held")
        .args(arguments)
        .output()
        .expect("it runs")
}

#[test]
fn a_hundred_held_requests_are_measured() {
    let output = held(&["--connections", "100"]);
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(printed.starts_with("100 requests are held\n"), "{printed}");
    assert!(
        printed.contains("from the event to the last answer (ms)"),
        "{printed}"
    );
    if cfg!(target_os = "linux") {
        let line = printed.lines().find(|line| line.starts_with("file descr"));
        let each =
            line.and_then(|line| line.split(' ').next_back()?.parse::<f64>().ok());
        // A descriptor that the system closes meanwhile, of all hundred, is no matter.
        let is_one = each.is_some_and(|each| (0.95..=1.05).contains(&each));
        assert!(is_one, "{printed}");
    }
}

#[test]
fn more_than_are_sensible_are_refused() {
    for connections in ["0", "1000000"] {
        let output = held(&["--connections", connections]);
        assert!(!output.status.success(), "{connections}");
    }
}

/// `ulimit` is the shell's, and the message is what the reader needs to go on.
#[cfg(target_os = "linux")]
#[test]
fn too_few_file_descriptors_are_explained() {
    let program = example("ch03-long-polling");
    let output = Command::new("sh")
        .args(["-c", "ulimit -n 256 && exec \"$0\" held --connections 1000"])
        .arg(program)
        .output()
        .expect("sh runs");
    let message = text(&output.stderr);
    assert!(!output.status.success());
    assert!(
        message.contains("this shell allows 256: say `ulimit -n 1064`"),
        "{message}"
    );
    assert!(message.contains("--connections 192"), "{message}");
}
