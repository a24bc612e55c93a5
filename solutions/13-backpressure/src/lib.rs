//! Solutions to the exercises of chapter 13. Try first: the checks tell you more than a
//! solution does.

pub mod e1_drop_the_oldest;
pub mod e2_no_bound;
pub mod e3_what_is_left;
pub mod e4_so_many_a_second;
