//! What comes of eight requests that other pages make in Ann's browser.

/// What comes of the eight requests.
pub fn prediction() -> [&'static str; 8] {
    [
        "without", "with", "with", "without", "never", "without", "with", "never",
    ]
}
