//! Real sockets and real programs, under a deadline that stands outside.
#![allow(dead_code, reason = "each test target uses its part of it")]

use std::future::Future;
use std::sync::mpsc;
use std::time::Duration;

/// How long a test may take, far more than it needs.
const DEADLINE: Duration = Duration::from_secs(60);

/// Runs a scenario over real sockets, in a runtime and a thread of its own.
pub(crate) fn run(what: &str, scenario: impl Future<Output = ()> + Send + 'static) {
    let (done, outcome) = mpsc::sync_channel(1);
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("the system gives a runtime its resources");
        runtime.block_on(scenario);
        // Nobody listens any more when the deadline has passed.
        let _ = done.send(());
    });
    match outcome.recv_timeout(DEADLINE) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{DEADLINE:?} passed: {what}"),
        Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}
