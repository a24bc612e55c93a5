//! The solution, under the very checks of the exercise.

use sol13_backpressure as subject;

#[path = "../../../exercises/13-backpressure/tests/checks/e2_no_bound.rs"]
mod checks;
