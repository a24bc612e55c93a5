//! Your code under the checks.

use ex14_history as subject;

#[path = "checks/e4_words_come_back.rs"]
mod checks;
