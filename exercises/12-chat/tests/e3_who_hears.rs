//! Your code under the checks.

use ex12_chat as subject;

#[path = "checks/e3_who_hears.rs"]
mod checks;
