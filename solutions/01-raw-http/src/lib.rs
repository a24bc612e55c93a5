//! Solutions to the exercises of chapter 1. Try first: the checks tell you more than a
//! solution does.

pub mod e1_streams;
pub mod e2_answer;
pub mod e3_reader;
