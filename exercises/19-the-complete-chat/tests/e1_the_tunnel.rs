//! Your code under the checks.

use ex19_the_complete_chat as subject;

#[path = "checks/e1_the_tunnel.rs"]
mod checks;
