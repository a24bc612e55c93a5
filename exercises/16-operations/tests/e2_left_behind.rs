//! Your code under the checks.

use ex16_operations as subject;

#[path = "checks/e2_left_behind.rs"]
mod checks;
