//! The solution, under the very checks of the exercise.

use sol13_backpressure as subject;

#[path = "../../../exercises/13-backpressure/tests/checks/e4_so_many_a_second.rs"]
mod checks;
