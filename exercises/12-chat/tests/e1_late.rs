//! Your code under the checks.

use ex12_chat as subject;

#[path = "checks/e1_late.rs"]
mod checks;
