//! What clients see when axum 0.8.9 stops gracefully.

/// What the six see, and when it is over.
pub fn prediction() -> [&'static [&'static str]; 7] {
    [
        &["closed at 0"],
        &["closed at 0"],
        &["answer at 1", "closed at 1"],
        &["answer at 2", "closed at 2"],
        &["echo at 3"],
        &["refused at 1"],
        &["over at 2"],
    ]
}
