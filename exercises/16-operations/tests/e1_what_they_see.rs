//! Your code under the checks.

use ex16_operations as subject;

#[path = "checks/e1_what_they_see.rs"]
mod checks;
