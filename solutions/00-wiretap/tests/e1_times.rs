//! The solution, under the very checks of the exercise.

use sol00_wiretap as subject;

#[path = "../../../exercises/00-wiretap/tests/checks/e1_times.rs"]
mod checks;
