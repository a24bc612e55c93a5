//! The solution, under the very checks of the exercise.

use sol04_http_streaming as subject;

#[path = "../../../exercises/04-http-streaming/tests/checks/e4_held.rs"]
mod checks;
