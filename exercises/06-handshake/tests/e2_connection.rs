//! Your code under the checks.

use ex06_handshake as subject;

#[path = "checks/e2_connection.rs"]
mod checks;
