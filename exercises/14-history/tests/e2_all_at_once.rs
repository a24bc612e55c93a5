//! Your code under the checks.

use ex14_history as subject;

#[path = "checks/e2_all_at_once.rs"]
mod checks;
