//! What there is to hear, by server-sent events.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use history::{Exchanged, Failure};
use server_sent_events::{EventSource, Limits, Message, Notice, Options};
use tokio::sync::mpsc::Sender;
use tokio::time::Instant;
use wiretap::Dial;

use super::carried::{Carried, OpenLine, closed, over};
use super::wire::path;

/// The longest message: a page of a hundred, each as long as it may be.
const MAX_MESSAGE: usize = 4 << 20;

/// After so long without a stream, the server takes a line for over.
const PATIENCE: Duration = Duration::from_secs(30);

/// A line whose messages are events of chapter 5. It is open when the stream is.
///
/// # Errors
///
/// When there is no stream: something on the way keeps answers that have no end.
pub(super) async fn streamed<D: Dial + Clone>(
    line: OpenLine<D>,
    dialer: D,
    host: &str,
) -> Result<Carried, Failure> {
    let options = Options {
        limits: Limits {
            line_bytes: MAX_MESSAGE,
            data_bytes: MAX_MESSAGE,
        },
        retry: Duration::from_millis(500),
        seed: rand::random(),
        ..Options::default()
    };
    let (events, last) = (path(&line.name, "events"), Arc::clone(&line.heard));
    let mut source = EventSource::new(dialer, host, events, options);
    if let Some(key) = &line.key {
        source = source.with_cookie(key.reveal());
    }
    match source.next().await {
        Some(Notice::Open) => Ok(Carried::new(line, |tell| fetch(source, last, tell))),
        Some(Notice::Interrupted { why, .. }) => {
            Err(Failure::Temporary(why.to_string()))
        }
        Some(Notice::Failed(why)) => Err(Failure::Temporary(why.to_string())),
        Some(Notice::Message(_)) | None => {
            Err(Failure::Temporary("no stream".to_owned()))
        }
    }
}

async fn fetch<D: Dial>(
    mut source: EventSource<D>,
    last: Arc<AtomicU64>,
    tell: Sender<Exchanged>,
) {
    let mut cut_since = None;
    while let Some(notice) = source.next().await {
        let told = match notice {
            Notice::Open => {
                cut_since = None;
                continue;
            }
            Notice::Message(message) => heard(message),
            Notice::Interrupted { why, wait } => {
                let since: Instant = *cut_since.get_or_insert_with(Instant::now);
                if since.elapsed() + wait < PATIENCE {
                    continue;
                }
                over(why.to_string())
            }
            Notice::Failed(why) => over(why.to_string()),
        };
        let is_over = matches!(told, Exchanged::Over(_));
        if tell.send(told).await.is_err() || is_over {
            return;
        }
        let number = source.last_event_id().parse().unwrap_or(0);
        last.store(number, Ordering::Relaxed);
    }
}

fn heard(message: Message) -> Exchanged {
    if message.event_type != "close" {
        return Exchanged::Heard(message.data);
    }
    match serde_json::from_str(&message.data) {
        Ok(with) => closed(with),
        Err(_) => over("the server has closed the line"),
    }
}
