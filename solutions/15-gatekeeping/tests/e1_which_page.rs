//! The solution, under the very checks of the exercise.

use sol15_gatekeeping as subject;

#[path = "../../../exercises/15-gatekeeping/tests/checks/e1_which_page.rs"]
mod checks;
