//! The solution, under the very checks of the exercise.

use sol16_operations as subject;

#[path = "../../../exercises/16-operations/tests/checks/e2_left_behind.rs"]
mod checks;
