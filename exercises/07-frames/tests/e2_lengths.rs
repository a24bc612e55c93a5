//! Your code under the checks.

use ex07_frames as subject;

#[path = "checks/e2_lengths.rs"]
mod checks;
