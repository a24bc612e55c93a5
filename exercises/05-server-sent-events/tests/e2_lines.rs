//! Your code under the checks.

use ex05_server_sent_events as subject;

#[path = "checks/e2_lines.rs"]
mod checks;
