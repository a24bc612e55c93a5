//! Your code under the checks.

use ex06_handshake as subject;

#[path = "checks/e3_which.rs"]
mod checks;
