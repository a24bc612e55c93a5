//! The solution, under the very checks of the exercise.

use sol09_connection as subject;

#[path = "../../../exercises/09-connection/tests/checks/e1_goodbye.rs"]
mod checks;
