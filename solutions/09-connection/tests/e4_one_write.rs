//! The solution, under the very checks of the exercise.

use sol09_connection as subject;

#[path = "../../../exercises/09-connection/tests/checks/e4_one_write.rs"]
mod checks;
