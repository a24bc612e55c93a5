//! The solution, under the very checks of the exercise.

use sol14_history as subject;

#[path = "../../../exercises/14-history/tests/checks/e2_all_at_once.rs"]
mod checks;
