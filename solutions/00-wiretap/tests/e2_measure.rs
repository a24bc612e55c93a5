//! The solution, under the very checks of the exercise.

use sol00_wiretap as subject;

#[path = "../../../exercises/00-wiretap/tests/checks/e2_measure.rs"]
mod checks;
