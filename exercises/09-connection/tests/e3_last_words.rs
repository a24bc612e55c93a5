//! Your code under the checks.

use ex09_connection as subject;

#[path = "checks/e3_last_words.rs"]
mod checks;
