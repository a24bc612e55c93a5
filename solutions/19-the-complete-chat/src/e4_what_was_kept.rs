//! What eight requests bring.

/// The eight answers.
pub fn prediction() -> [&'static str; 8] {
    [
        "200 a b c d",
        "200 a b c d",
        "200 c d",
        "409",
        "204",
        "204",
        "409",
        "200 x y z",
    ]
}
