//! Your code under the checks.

use ex13_backpressure as subject;

#[path = "checks/e3_what_is_left.rs"]
mod checks;
