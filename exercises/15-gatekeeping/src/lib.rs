//! Exercises of chapter 15. `cargo run -- check ex15` shows the next open one.

pub mod e1_which_page;
pub mod e2_who_asks;
pub mod e3_once;
pub mod e4_no_work;
pub mod e5_another_site;
