//! The solution, under the very checks of the exercise.

use sol07_frames as subject;

#[path = "../../../exercises/07-frames/tests/checks/e2_lengths.rs"]
mod checks;
