//! The solution, under the very checks of the exercise.

use sol05_server_sent_events as subject;

#[path = "../../../exercises/05-server-sent-events/tests/checks/e3_dispatch.rs"]
mod checks;
