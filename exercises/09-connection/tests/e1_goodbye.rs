//! Your code under the checks.

use ex09_connection as subject;

#[path = "checks/e1_goodbye.rs"]
mod checks;
