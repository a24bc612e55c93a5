//! The solution, under the very checks of the exercise.

use sol02_short_polling as subject;

#[path = "../../../exercises/02-short-polling/tests/checks/e2_cut_off.rs"]
mod checks;
