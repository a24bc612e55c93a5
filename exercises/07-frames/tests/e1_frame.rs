//! Your code under the checks.

use ex07_frames as subject;

#[path = "checks/e1_frame.rs"]
mod checks;
