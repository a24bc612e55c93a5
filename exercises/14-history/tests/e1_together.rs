//! Your code under the checks.

use ex14_history as subject;

#[path = "checks/e1_together.rs"]
mod checks;
