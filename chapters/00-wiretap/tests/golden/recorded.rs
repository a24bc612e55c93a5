//! `verdict::snapshot!`, which keeps its snapshots beside the check that uses it.

use wiretap::verdict;

use super::{LINE_END, REQUEST, message};

#[test]
fn a_snapshot_compares_line_ends_which_insta_does_not() {
    verdict::snapshot!("request", LINE_END, REQUEST);
    let got = String::from_utf8_lossy(REQUEST).replace("\r\n", "\n");
    if verdict::recorded::recording() {
        return; // The wrong one would be recorded.
    }
    let message = message(|| verdict::snapshot!("request", LINE_END, got));
    let wanted = r"First difference at byte 19: expected 0d (\r), yours 0a (\n)";
    assert!(message.contains(wanted), "{message}");
}

#[test]
fn a_missing_snapshot_says_how_to_get_it() {
    if verdict::recorded::recording() {
        return; // It would be written.
    }
    let message = message(|| verdict::snapshot!("not_there", LINE_END, REQUEST));
    let wanted = "verdict__recorded__not_there.snap cannot be read";
    assert!(message.contains(wanted), "{message}");
}
