//! Solutions to the exercises of chapter 5. Try first: the checks tell you more than a
//! solution does.

pub mod e1_blocks;
pub mod e2_lines;
pub mod e3_dispatch;
