//! The solution, under the very checks of the exercise.

use sol14_history as subject;

#[path = "../../../exercises/14-history/tests/checks/e4_words_come_back.rs"]
mod checks;
