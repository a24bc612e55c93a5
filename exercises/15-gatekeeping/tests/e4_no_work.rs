//! Your code under the checks.

use ex15_gatekeeping as subject;

#[path = "checks/e4_no_work.rs"]
mod checks;
