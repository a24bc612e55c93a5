//! The solution, under the very checks of the exercise.

use sol13_backpressure as subject;

#[path = "../../../exercises/13-backpressure/tests/checks/e1_drop_the_oldest.rs"]
mod checks;
