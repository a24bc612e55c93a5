//! Your code under the checks.

use ex15_gatekeeping as subject;

#[path = "checks/e5_another_site.rs"]
mod checks;
