//! Solutions to the exercises of chapter 6. Try first: the checks tell you more than a
//! solution does.

pub mod e1_answer;
pub mod e2_connection;
pub mod e3_which;
