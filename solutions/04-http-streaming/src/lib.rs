//! Solutions to the exercises of chapter 4. Try first: the checks tell you more than a
//! solution does.

pub mod e1_chunks;
pub mod e2_flush;
pub mod e3_lines;
pub mod e4_held;
