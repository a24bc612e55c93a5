//! The solution, under the very checks of the exercise.

use sol12_chat as subject;

#[path = "../../../exercises/12-chat/tests/checks/e2_nobody.rs"]
mod checks;
