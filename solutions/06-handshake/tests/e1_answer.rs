//! The solution, under the very checks of the exercise.

use sol06_handshake as subject;

#[path = "../../../exercises/06-handshake/tests/checks/e1_answer.rs"]
mod checks;
