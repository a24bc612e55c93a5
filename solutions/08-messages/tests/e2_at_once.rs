//! The solution, under the very checks of the exercise.

use sol08_messages as subject;

#[path = "../../../exercises/08-messages/tests/checks/e2_at_once.rs"]
mod checks;
