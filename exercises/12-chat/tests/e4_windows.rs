//! Your code under the checks.

use ex12_chat as subject;

#[path = "checks/e4_windows.rs"]
mod checks;
