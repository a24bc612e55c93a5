//! Your code under the checks.

use ex12_chat as subject;

#[path = "checks/e2_nobody.rs"]
mod checks;
