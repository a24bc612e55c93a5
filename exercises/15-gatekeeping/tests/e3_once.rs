//! Your code under the checks.

use ex15_gatekeeping as subject;

#[path = "checks/e3_once.rs"]
mod checks;
