//! Your code under the checks.

use ex06_handshake as subject;

#[path = "checks/e1_answer.rs"]
mod checks;
