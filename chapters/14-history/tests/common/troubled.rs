//! A log that cannot do now and then what it should.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use backpressure::Limits;
use fastrand::Rng;
use history::{
    Appended, Chat, Halls, LogError, MemoryLog, Page, Post, RoomLog, Said, Since,
};
use wiretap::{Link, LinkDialer, Recorder};

/// A log in memory that is locked now and then.
#[derive(Clone)]
pub(crate) struct Troubled {
    pub(crate) log: MemoryLog,
    writes: Arc<Mutex<Rng>>,
    /// So many of each ten writes fail, as chance has it.
    refused: u32,
    /// So many of the next readings fail.
    unreadable: Arc<Mutex<u32>>,
}

/// A server at the other end of a link, with such a log.
pub(crate) fn served(link: Link, refused: u32) -> (LinkDialer, Troubled) {
    served_within(Limits::default(), link, refused)
}

/// The same with other limits.
pub(crate) fn served_within(
    limits: Limits,
    link: Link,
    refused: u32,
) -> (LinkDialer, Troubled) {
    let (dialer, listener) = link.network(&Recorder::new("a chat"));
    let halls = Halls::new();
    let log = Troubled {
        log: MemoryLog::new(halls.clone()),
        writes: Arc::new(Mutex::new(Rng::with_seed(14))),
        refused,
        unreadable: Arc::default(),
    };
    let chat = Chat::new(log.clone(), halls).limited(limits);
    tokio::spawn(crate::peer::serve_forever(listener, chat));
    (dialer, log)
}

fn locked() -> LogError {
    LogError::Locked(PathBuf::from("rooms.db"), Duration::from_secs(5))
}

impl Troubled {
    pub(crate) fn is_unreadable(&self, times: u32) {
        *self.unreadable.lock().expect("no panic") = times;
    }
}

impl RoomLog for Troubled {
    async fn append(&self, room: &str, post: Post) -> Result<Appended, LogError> {
        if self.writes.lock().expect("no panic").u32(..10) < self.refused {
            return Err(locked());
        }
        self.log.append(room, post).await
    }

    async fn after(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Since, LogError> {
        let fails = {
            let mut left = self.unreadable.lock().expect("no panic");
            let fails = *left > 0;
            *left = left.saturating_sub(1);
            fails
        };
        match fails {
            true => Err(locked()),
            false => self.log.after(room, seq, limit).await,
        }
    }

    async fn before(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Page, LogError> {
        self.log.before(room, seq, limit).await
    }

    async fn search(
        &self,
        room: &str,
        query: &str,
        limit: usize,
    ) -> Result<Vec<Said>, LogError> {
        self.log.search(room, query, limit).await
    }
}
