//! The solution, under the very checks of the exercise.

use sol12_chat as subject;

#[path = "../../../exercises/12-chat/tests/checks/e3_who_hears.rs"]
mod checks;
