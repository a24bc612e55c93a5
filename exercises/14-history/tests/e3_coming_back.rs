//! Your code under the checks.

use ex14_history as subject;

#[path = "checks/e3_coming_back.rs"]
mod checks;
