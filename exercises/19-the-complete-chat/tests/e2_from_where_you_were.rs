//! Your code under the checks.

use ex19_the_complete_chat as subject;

#[path = "checks/e2_from_where_you_were.rs"]
mod checks;
