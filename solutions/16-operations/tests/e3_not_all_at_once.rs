//! The solution, under the very checks of the exercise.

use sol16_operations as subject;

#[path = "../../../exercises/16-operations/tests/checks/e3_not_all_at_once.rs"]
mod checks;
