//! `verdict::snapshot!`, which keeps its snapshots beside the check that uses it.

use wiretap::verdict;

use super::{LINE_END, REQUEST, golden, message};

#[test]
fn a_snapshot_compares_line_ends_which_insta_does_not() {
    verdict::snapshot!("request", LINE_END, REQUEST);
    let got = String::from_utf8_lossy(REQUEST).replace("\r\n", "\n");
    if !verdict::recorded::recording() {
        golden("snapshot", || verdict::snapshot!("request", LINE_END, got));
    }
}

#[test]
fn a_missing_snapshot_says_how_to_get_it() {
    if verdict::recorded::recording() {
        return; // It would be written.
    }
    let message = message(|| verdict::snapshot!("not_there", LINE_END, REQUEST));
    let wanted = "verdict__not_there.snap cannot be read";
    assert!(message.contains(wanted), "{message}");
}
