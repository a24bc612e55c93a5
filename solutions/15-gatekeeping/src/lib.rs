//! Solutions to the exercises of chapter 15. Try first: the checks tell you more than a
//! solution does.

pub mod e1_which_page;
pub mod e2_who_asks;
pub mod e3_once;
pub mod e4_no_work;
pub mod e5_another_site;
