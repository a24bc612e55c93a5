//! Chapter 15's server, on a clock that can be put forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use backpressure::address_of;
use gatekeeping::{Hashing, Keeper, Settings, pages, serve};
use history::{Chat, Halls, MemoryLog};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// It ends with the test's runtime.
pub(super) struct Server {
    pub(super) url: String,
    passed: Arc<AtomicU64>,
    _folder: TempDir,
}

impl Server {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings {
            // Nobody tries these passwords.
            hashing: Hashing {
                memory: 8,
                passes: 1,
                ..Hashing::default()
            },
            ..Settings::on_loopback(address)
        };
        let passed = Arc::new(AtomicU64::new(0));
        let clock = Arc::clone(&passed);
        let keeper = Keeper::open(folder.path(), settings).expect("a keeper");
        let keeper = keeper.timed(move || {
            let passed = Duration::from_secs(clock.load(Ordering::SeqCst));
            SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 30) + passed
        });
        let halls = Halls::new();
        let chat = Chat::new(MemoryLog::new(halls.clone()), halls);
        let never = std::future::pending();
        tokio::spawn(serve(listener, chat, keeper, pages(), address_of, never));
        Self {
            url: format!("http://{address}/"),
            passed,
            _folder: folder,
        }
    }

    /// Puts the clock forward.
    pub(super) fn pass(&self, seconds: u64) {
        self.passed.fetch_add(seconds, Ordering::SeqCst);
    }
}
