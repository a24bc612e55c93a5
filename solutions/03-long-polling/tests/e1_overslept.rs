//! The solution, under the very checks of the exercise.

use sol03_long_polling as subject;

#[path = "../../../exercises/03-long-polling/tests/checks/e1_overslept.rs"]
mod checks;
