//! Your code under the checks.

use ex19_the_complete_chat as subject;

#[path = "checks/e3_shown_once.rs"]
mod checks;
