//! Your code under the checks.

use ex08_messages as subject;

#[path = "checks/e1_gather.rs"]
mod checks;
