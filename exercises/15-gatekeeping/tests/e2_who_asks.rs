//! Your code under the checks.

use ex15_gatekeeping as subject;

#[path = "checks/e2_who_asks.rs"]
mod checks;
