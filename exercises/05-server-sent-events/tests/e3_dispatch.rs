//! Your code under the checks.

use ex05_server_sent_events as subject;

#[path = "checks/e3_dispatch.rs"]
mod checks;
