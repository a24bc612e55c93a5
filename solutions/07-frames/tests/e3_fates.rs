//! The solution, under the very checks of the exercise.

use sol07_frames as subject;

#[path = "../../../exercises/07-frames/tests/checks/e3_fates.rs"]
mod checks;
