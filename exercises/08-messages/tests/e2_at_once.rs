//! Your code under the checks.

use ex08_messages as subject;

#[path = "checks/e2_at_once.rs"]
mod checks;
