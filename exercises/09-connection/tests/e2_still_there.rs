//! Your code under the checks.

use ex09_connection as subject;

#[path = "checks/e2_still_there.rs"]
mod checks;
