//! A line, and a count of what passes over it.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use history::protocol::ErrorCode;
use history::{Gone, Line, Told};
use prometheus_client::metrics::gauge::Gauge;
use serde::Deserialize;
use tokio::time::Instant;
use tracing::info;

use crate::drain::Held;
use crate::metrics::{Counted, Counts};

/// How a message begins that says what is wrong with another.
const ERROR: &[u8] = br#"{"type":"error""#;

/// Counts what passes over a line, and says so when it ends, in whatever way.
pub(crate) struct WatchedLine<T> {
    line: T,
    counts: Arc<Counts>,
    open: Gauge,
    opened: Instant,
    heard: u64,
    told: u64,
    /// The code with which the server has closed it, if it has.
    closed: Option<u16>,
    /// As long as there is a line, there is a conversation.
    _held: Held,
}

impl<T: Line> WatchedLine<T> {
    /// Counts it among those of its kind: what it goes over.
    pub(crate) fn new(
        line: T,
        way: &'static str,
        held: Held,
        counts: &Arc<Counts>,
    ) -> Self {
        let label = [("over", way)];
        let open = counts.open.get_or_create_owned(&label);
        open.inc();
        counts.opened.get_or_create(&label).inc();
        Self {
            line,
            counts: Arc::clone(counts),
            open,
            opened: Instant::now(),
            heard: 0,
            told: 0,
            closed: None,
            _held: held,
        }
    }

    fn count(&mut self, told: &Told) {
        self.told += 1;
        self.counts.deliveries.inc();
        if let Some(code) = refusal(told) {
            self.counts.refusals.get_or_create(&[("code", code)]).inc();
        }
    }
}

impl<T: Line> Line for WatchedLine<T> {
    async fn hear(&mut self) -> Option<String> {
        let text = self.line.hear().await?;
        self.heard += 1;
        self.counts.heard.inc();
        Some(text)
    }

    async fn tell(&mut self, told: &Told) -> Result<(), Gone> {
        {
            let mut telling = pin!(self.line.tell(told));
            let mut waiting = None;
            let counts = &self.counts;
            poll_fn(|context| {
                let told = telling.as_mut().poll(context);
                if told.is_pending() && waiting.is_none() {
                    waiting = Some(Counted::new(&counts.waiting_readers));
                }
                told
            })
            .await?;
        }
        self.count(told);
        Ok(())
    }

    fn close(&mut self, code: u16, reason: &str) {
        self.line.close(code, reason);
        // It keeps to its first words.
        if self.closed.is_none() {
            self.closed = Some(code);
            self.counts.closes.get_or_create(&[("code", code)]).inc();
        }
    }

    async fn end(&mut self) {
        self.line.end().await;
    }
}

/// The code of an error that a client is told.
fn refusal(told: &Told) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        code: ErrorCode,
    }
    // Nearly all are none: this is all that they cost.
    let frame = told.frame();
    let at = [2, 4].map(|header| frame.get(header..));
    let json = at.into_iter().flatten();
    let json = json.into_iter().find(|json| json.starts_with(ERROR))?;
    // A code that is known: a label has no others.
    let refusal: Refusal = serde_json::from_slice(json).ok()?;
    Some(name_of(refusal.code))
}

/// What a code is called in the protocol.
pub(super) fn name_of(code: ErrorCode) -> String {
    let name = serde_json::to_value(code).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

impl<T> Drop for WatchedLine<T> {
    fn drop(&mut self) {
        self.open.dec();
        let seconds = self.opened.elapsed().as_secs_f64();
        self.counts.stays.observe(seconds);
        let Self { heard, told, .. } = *self;
        match self.closed {
            Some(code) => info!(heard, told, seconds, code, "closed"),
            None => info!(heard, told, seconds, "gone"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_known_by_its_code() {
        let long = "x".repeat(200);
        for (json, code) in [
            (
                r#"{"type":"error","code":"rate","text":"wait"}"#,
                Some("rate"),
            ),
            (
                r#"{"type":"error","code":"id_in_use","text":""}"#,
                Some("id_in_use"),
            ),
            (r#"{"type":"error","code":"made up","text":""}"#, None),
            (r#"{"type":"message","room":"a","code":"rate"}"#, None),
            (r#"{"text":"{\"type\":\"error\",\"code\":\"rate\"}"}"#, None),
        ] {
            assert_eq!(refusal(&Told::new(json)).as_deref(), code, "{json}");
        }
        // With the longer header.
        let json = format!(r#"{{"type":"error","code":"rate","text":"{long}"}}"#);
        assert_eq!(refusal(&Told::new(&json)).as_deref(), Some("rate"));
    }
}
