//! What a reader gets that has taken nothing for a while.

/// What a reader gets.
pub type Heard = &'static [&'static str];

/// The six scenes, in their order.
pub fn prediction() -> [Heard; 6] {
    [
        // Two have gone, and the notice stands where they were.
        &["2 missing", "3", "4", "5"],
        // Who is to go gets nothing more.
        &["closed"],
        // Of what is known of a person only the newest is kept.
        &["1", "bob here", "ann gone"],
        // Typing is worth nothing when it is late: it makes room.
        &["1", "2", "3"],
        // The first notice is told, and so the second counts anew.
        &["1 missing", "2", "2 missing", "5", "6", "7"],
        // Answers are never dropped.
        &["welcome", "joined", "2 missing", "3"],
    ]
}
