//! Your code under the checks.

use ex19_the_complete_chat as subject;

#[path = "checks/e4_what_was_kept.rs"]
mod checks;
