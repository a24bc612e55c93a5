//! What five clients hear when they come back.

/// What is heard in each of the five scenes.
pub fn prediction() -> [&'static [&'static str]; 5] {
    [
        &["joined 3"],
        &["joined 3", "message 2 two", "message 3 three"],
        &["joined 3", "gap 4 7"],
        &["joined 4", "message 4 four", "accepted 4"],
        &[
            "joined 5",
            "message 2",
            "message 3 three",
            "message 4 four",
            "deleted 5 2",
        ],
    ]
}
