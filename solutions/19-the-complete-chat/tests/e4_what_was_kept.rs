//! The solution, under the very checks of the exercise.

use sol19_the_complete_chat as subject;

#[path = "../../../exercises/19-the-complete-chat/tests/checks/e4_what_was_kept.rs"]
mod checks;
