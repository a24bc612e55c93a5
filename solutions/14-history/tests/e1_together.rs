//! The solution, under the very checks of the exercise.

use sol14_history as subject;

#[path = "../../../exercises/14-history/tests/checks/e1_together.rs"]
mod checks;
