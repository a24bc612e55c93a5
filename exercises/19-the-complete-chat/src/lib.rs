//! Exercises of chapter 19. `cargo run -- check ex19` shows the next open one.

pub mod e1_the_tunnel;
pub mod e2_from_where_you_were;
pub mod e3_shown_once;
pub mod e4_what_was_kept;
