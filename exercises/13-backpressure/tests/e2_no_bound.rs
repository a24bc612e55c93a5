//! Your code under the checks.

use ex13_backpressure as subject;

#[path = "checks/e2_no_bound.rs"]
mod checks;
