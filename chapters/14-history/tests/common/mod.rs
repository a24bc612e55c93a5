//! What the tests of a log need.
#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "each test uses a part of it"
)]

use std::future::Future;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use history::{Act, Entry, LogError, Options, Post, RoomLog, SqliteLog};
use tempfile::TempDir;

/// Far more than anything here needs; nothing is measured by it.
const DEADLINE: Duration = Duration::from_secs(60);

/// Runs a scenario by the real clock, since the disk does not know a paused one. The
/// deadline stands outside the runtime, and names what it waited for.
pub(crate) fn run<T: Send + 'static>(
    what: &str,
    scenario: impl Future<Output = T> + Send + 'static,
) -> T {
    let (report, reported) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        // Nobody listens any more when the deadline has passed.
        let _ = report.send(runtime.block_on(scenario));
    });
    reported
        .recv_timeout(DEADLINE)
        .unwrap_or_else(|error| panic!("{what}: {error}: it hangs, or has panicked"))
}

/// A folder that goes with the test, and a log in it.
pub(crate) fn new_log(options: &Options) -> (TempDir, SqliteLog) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rooms.db");
    let log = SqliteLog::open(path, options, ()).expect("a log");
    (folder, log)
}

pub(crate) fn say(author: &str, id: &str, text: &str) -> Post {
    let text = text.to_owned();
    post(author, id, Act::Say { text })
}

/// As a client of version 1 has it said, whose ids are marks.
pub(crate) fn say_with_mark(author: &str, id: &str, text: &str) -> Post {
    let once = false;
    Post {
        once,
        ..say(author, id, text)
    }
}

pub(crate) fn edit(author: &str, id: &str, target: u64, text: &str) -> Post {
    let text = text.to_owned();
    post(author, id, Act::Edit { target, text })
}

pub(crate) fn delete(author: &str, id: &str, target: u64) -> Post {
    post(author, id, Act::Delete { target })
}

fn post(author: &str, id: &str, act: Act) -> Post {
    Post {
        author: author.to_owned(),
        id: Some(id.to_owned()),
        once: true,
        act,
    }
}

/// Adds something that must be new, and gives its number.
pub(crate) async fn added(log: &impl RoomLog, room: &str, post: Post) -> u64 {
    let appended = log.append(room, post).await.expect("accepted");
    assert!(!appended.repeated, "it is new");
    appended.seq
}

/// An audience, and what it has been told.
pub(crate) type Told = Arc<Mutex<Vec<(String, Arc<Entry>)>>>;

pub(crate) fn audience() -> (Told, impl FnMut(&str, &Arc<Entry>) + Send + 'static) {
    let told = Told::default();
    let telling = Arc::clone(&told);
    let tell = move |room: &str, entry: &Arc<Entry>| {
        let told = (room.to_owned(), Arc::clone(entry));
        telling.lock().expect("nobody panics").push(told);
    };
    (told, tell)
}

pub(crate) fn message(error: &LogError) -> String {
    error.to_string()
}

/// Runs a test with each kind of log.
macro_rules! of_both {
    ($($test:ident),+ $(,)?) => {
        mod in_a_file { $(
            #[test]
            fn $test() {
                let folder = tempfile::tempdir().expect("a folder");
                let path = folder.path().join("rooms.db");
                let (told, audience) = $crate::common::audience();
                let log = history::SqliteLog::open(path, &history::Options::default(), audience);
                $crate::common::run(stringify!($test), super::$test(log.expect("a log"), told));
            }
        )+ }
        mod in_memory { $(
            #[test]
            fn $test() {
                let (told, audience) = $crate::common::audience();
                let log = history::MemoryLog::new(audience);
                $crate::common::run(stringify!($test), super::$test(log, told));
            }
        )+ }
    };
}
pub(crate) use of_both;
