//! Your code under the checks.

use ex13_backpressure as subject;

#[path = "checks/e1_drop_the_oldest.rs"]
mod checks;
