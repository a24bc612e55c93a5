//! Your code under the checks.

use ex07_frames as subject;

#[path = "checks/e3_fates.rs"]
mod checks;
