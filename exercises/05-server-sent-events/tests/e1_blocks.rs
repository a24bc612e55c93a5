//! Your code under the checks.

use ex05_server_sent_events as subject;

#[path = "checks/e1_blocks.rs"]
mod checks;
