//! Your code under the checks.

use ex08_messages as subject;

#[path = "checks/e3_verdicts.rs"]
mod checks;
