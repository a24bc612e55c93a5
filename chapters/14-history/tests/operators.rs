//! What an operator is told, as the page shows it.

use std::path::PathBuf;
use std::time::Duration;

use history::LogError;
use serde_json::json;

fn errors() -> [(&'static str, LogError); 7] {
    let file = || PathBuf::from("rooms.db");
    [
        (
            "no room on the disk, or in the quota",
            LogError::Full(file()),
        ),
        (
            "the file system refuses, for another reason",
            LogError::Unwritable(file()),
        ),
        (
            "another process keeps a lock",
            LogError::Locked(file(), Duration::from_secs(5)),
        ),
        (
            "the quota is less than what there is",
            LogError::OverQuota {
                path: file(),
                used: 2 << 30,
                quota: 1 << 30,
            },
        ),
        (
            "a folder of another machine",
            LogError::NoWal(file(), "delete".to_owned()),
        ),
        ("another program's database", LogError::Foreign(file())),
        (
            "a file of a later release",
            LogError::Newer {
                path: file(),
                found: 4,
                known: 3,
            },
        ),
    ]
}

#[test]
fn each_says_which_file_it_is_and_what_to_do() {
    let row = |(what, error): (&str, LogError)| {
        let said = error.to_string();
        assert!(said.contains("rooms.db"), "{said}");
        json!([what, said])
    };
    let table = json!({
        "caption": "What an operator is told",
        "columns": ["what is wrong", "what is said"],
        "rows": errors().map(row),
        "note": "The last four are said at the start. Clients are told `unavailable`, and \
                 not the file's name.",
    });
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("errors", format!("{table:#}"));
    });
}
