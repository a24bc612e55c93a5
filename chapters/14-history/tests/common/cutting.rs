//! A network that cuts its connections.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

use history::MemoryLog;
use wiretap::{Dial, Link, LinkDialer, LinkStream};

/// A dialer whose connections are cut after some bytes, each after others.
#[derive(Clone)]
pub(crate) struct Cutting {
    dialers: Arc<Mutex<VecDeque<LinkDialer>>>,
}

impl Dial for Cutting {
    type Io = LinkStream;

    async fn dial(&self) -> io::Result<LinkStream> {
        let dialer = {
            let mut dialers = self.dialers.lock().expect("no panic");
            match dialers.len() {
                1 => dialers[0].clone(),
                _ => dialers.pop_front().expect("the last one stays"),
            }
        };
        dialer.dial().await
    }
}

/// A server that is reached over these links, one after the other.
pub(crate) fn over(links: Vec<Link>) -> (Cutting, MemoryLog) {
    let halls = history::Halls::new();
    let log = MemoryLog::new(halls.clone());
    let dialers = links.into_iter().map(|link| {
        let (dialer, listener) = link.network(&wiretap::Recorder::new("a chat"));
        let chat = history::Chat::new(log.clone(), halls.clone());
        tokio::spawn(crate::peer::serve_forever(listener, chat));
        dialer
    });
    let dialers = Arc::new(Mutex::new(dialers.collect()));
    (Cutting { dialers }, log)
}
