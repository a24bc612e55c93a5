//! Your code under the checks.

use ex16_operations as subject;

#[path = "checks/e3_not_all_at_once.rs"]
mod checks;
