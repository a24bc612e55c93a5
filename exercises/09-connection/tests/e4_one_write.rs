//! Your code under the checks.

use ex09_connection as subject;

#[path = "checks/e4_one_write.rs"]
mod checks;
