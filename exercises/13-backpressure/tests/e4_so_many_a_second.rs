//! Your code under the checks.

use ex13_backpressure as subject;

#[path = "checks/e4_so_many_a_second.rs"]
mod checks;
