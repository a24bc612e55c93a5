//! The solution, under the very checks of the exercise.

use sol15_gatekeeping as subject;

#[path = "../../../exercises/15-gatekeeping/tests/checks/e3_once.rs"]
mod checks;
