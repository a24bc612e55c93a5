//! Your code under the checks.

use ex15_gatekeeping as subject;

#[path = "checks/e1_which_page.rs"]
mod checks;
