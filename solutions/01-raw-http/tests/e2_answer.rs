//! The solution, under the very checks of the exercise.

use sol01_raw_http as subject;

#[path = "../../../exercises/01-raw-http/tests/checks/e2_answer.rs"]
mod checks;
