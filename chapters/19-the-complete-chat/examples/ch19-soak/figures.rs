//! What the server says of itself meanwhile.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use raw_http::{Client, Request};
use tokio::time::timeout;
use wiretap::Tcp;

use crate::memory;
use crate::server::Server;

/// What was seen, four times a second.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    restarts: u32,
    /// The most at a time, by what they go over.
    connections: BTreeMap<String, u64>,
    now: BTreeMap<String, u64>,
    /// The most readers who were waited for at a time.
    waited_for: u64,
    /// Of the server that lives on.
    memory: Vec<u64>,
}

impl Figures {
    /// There is another server.
    pub(crate) fn begin(&mut self) {
        self.restarts += 1;
        self.memory.clear();
    }

    pub(crate) async fn look(&mut self, server: &Server) {
        self.memory.extend(server.memory());
        // It has other things to do, at times.
        let asked = timeout(Duration::from_millis(900), metrics(server.admin()));
        let Ok(Some(text)) = asked.await else {
            return;
        };
        for line in text.lines() {
            let Some((series, figure)) = line.rsplit_once(' ') else {
                continue;
            };
            let figure = figure.parse().unwrap_or(0);
            let over = series.strip_prefix("chat_connections{over=\"");
            if let Some(over) = over.and_then(|rest| rest.strip_suffix("\"}")) {
                let most = self.connections.entry(over.to_owned()).or_default();
                *most = figure.max(*most);
                self.now.insert(over.to_owned(), figure);
            } else if series == "chat_waiting_readers" {
                self.waited_for = figure.max(self.waited_for);
            }
        }
    }

    pub(crate) fn now(&self) -> String {
        let memory = self.memory.last().copied().unwrap_or_default();
        format!("s, connections {:?}, {memory} KiB", self.now)
    }

    /// # Errors
    ///
    /// When nobody was ever slow, or the memory climbs.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.waited_for == 0 {
            return Err("no reader was ever waited for: run it for longer".to_owned());
        }
        if !self.memory.is_empty() {
            println!("the server's memory: {}", memory::is_flat(&self.memory)?);
        }
        Ok(())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} restarts; at most {:?} connections at a time, and {} readers who were \
             waited for",
            self.restarts, self.connections, self.waited_for
        )
    }
}

/// The server's own figures.
async fn metrics(admin: SocketAddr) -> Option<String> {
    let mut client = Client::new(Tcp(admin), admin.to_string());
    let answer = client.send(Request::get("/metrics")).await.ok()?;
    String::from_utf8(answer.body.into()).ok()
}
