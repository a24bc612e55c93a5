//! Exercises of chapter 3. `cargo run -- check ex03` shows the next open one.

pub mod e1_overslept;
pub mod e2_places;
pub mod e3_when;
