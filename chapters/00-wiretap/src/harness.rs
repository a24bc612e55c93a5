//! Runs a scenario: under a paused clock, with a deadline that stands outside it.

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::path::PathBuf;
use std::sync::{Once, mpsc};
use std::thread;
use std::time::Duration;

/// How long a scenario may take in real time. Under the paused clock even an hour on the
/// link takes milliseconds: what is not done by then hangs.
const DEADLINE: Duration = Duration::from_secs(10);

/// Runs `scenario` in a runtime of its own whose clock is paused: whenever all tasks wait,
/// it jumps to the next timer. `what` says in a few words what the scenario is.
///
/// # Panics
///
/// As the scenario does. When a task that it spawned has panicked, that panic is reported
/// first, since whatever failed after it is its consequence. When the scenario is not done
/// after ten seconds of real time, with a message that names it.
pub fn run<T, F>(what: &str, scenario: F) -> T
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    run_within(DEADLINE, what, scenario)
}

fn run_within<T, F>(deadline: Duration, what: &str, scenario: F) -> T
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    watch_panics();
    let (report, reported) = mpsc::sync_channel(1);
    let name = thread::current().name().unwrap_or("scenario").to_owned();
    let body = move || {
        let result = panic::catch_unwind(AssertUnwindSafe(|| block_on(scenario)));
        let panics = PANICS.take();
        // Nobody listens any more when the deadline has passed.
        let _ = report.send((result, panics));
    };
    let spawned = thread::Builder::new().name(name).spawn(body);
    spawned.expect("the system starts a thread");
    match reported.recv_timeout(deadline) {
        Ok((Ok(value), panics)) if panics.is_empty() => value,
        Ok((Ok(_), panics)) => panic!("{what}: a task panicked: {}", panics.join("; ")),
        Ok((Err(cause), panics)) => fail(what, cause, &panics),
        Err(_) => panic!("{what}: not done after {} s: it hangs", deadline.as_secs()),
    }
}

/// The path of an example that `cargo test` has built beside the running test.
///
/// # Panics
///
/// If it is not there: `cargo test --test NAME` builds no examples, `cargo test` does.
pub fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    // target/debug/deps/test-1234 and target/debug/examples/name
    let profile = test.ancestors().nth(2).expect("a test is in deps");
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = profile.join("examples").join(file);
    assert!(
        path.exists(),
        "{} is not built: run `cargo build --example {name}` first",
        path.display()
    );
    path
}

fn block_on<F: Future>(scenario: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("the system gives a runtime its resources")
        .block_on(scenario)
}

fn fail(what: &str, cause: Box<dyn Any + Send>, panics: &[String]) -> ! {
    // The last panic is the scenario's own; one before it was a task's, and its cause.
    if let [first, _, ..] = panics {
        panic!("{what}: a task panicked first: {first}");
    }
    panic::resume_unwind(cause)
}

thread_local! {
    /// The messages of the panics on this thread, in their order. A current-thread runtime
    /// runs every task on the thread of its scenario.
    static PANICS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let earlier = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            PANICS.with_borrow_mut(|panics| panics.push(message(info)));
            earlier(info);
        }));
    });
}

fn message(info: &PanicHookInfo<'_>) -> String {
    let text = info.payload_as_str().unwrap_or("(no message)");
    match info.location() {
        Some(location) => format!("{text} ({location})"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message_of(scenario: impl FnOnce() + panic::UnwindSafe) -> String {
        let cause = panic::catch_unwind(scenario).expect_err("it panics");
        match cause.downcast::<String>() {
            Ok(text) => *text,
            Err(cause) => (*cause.downcast::<&str>().expect("a text")).to_owned(),
        }
    }

    #[test]
    fn an_hour_passes_at_once() {
        let elapsed = run("an hour", async {
            let start = tokio::time::Instant::now();
            tokio::time::sleep(Duration::from_secs(3600)).await;
            start.elapsed()
        });
        assert_eq!(elapsed, Duration::from_secs(3600));
    }

    #[test]
    fn a_hang_is_named() {
        let message = message_of(|| {
            run_within(
                Duration::ZERO,
                "waiting for nobody",
                std::future::pending::<()>(),
            );
        });
        assert_eq!(message, "waiting for nobody: not done after 0 s: it hangs");
    }

    #[test]
    fn a_tasks_panic_is_reported_before_its_consequence() {
        let message = message_of(|| {
            run("the server and its client", async {
                let task = tokio::spawn(async { panic!("the cause") });
                let _ = task.await;
                panic!("the consequence");
            });
        });
        assert!(
            message.contains("a task panicked first: the cause"),
            "{message}"
        );
    }

    #[test]
    fn a_tasks_panic_fails_a_scenario_that_overlooked_it() {
        let message = message_of(|| {
            run("the overlooked task", async {
                let _ = tokio::spawn(async { panic!("unseen") }).await;
            });
        });
        assert!(message.starts_with("the overlooked task: a task panicked: unseen"));
    }
}
