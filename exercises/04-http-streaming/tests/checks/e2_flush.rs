//! What is written, and when, on the paused clock.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::{Instant, sleep};
use wiretap::verdict::{self, Rule};
use wiretap::{escape, harness};

use crate::subject::e2_flush::tell;

const BYTES: Rule = Rule::new(
    "RFC 9112 §7.1",
    "A head, a chunk for each event, and a last chunk.",
);
const HEAD: Rule = Rule::new(
    "chapter 4",
    "The head is written at once: a client that hears nothing cannot tell a quiet board \
     from a dead server.",
);
const AT_ONCE: Rule = Rule::new(
    "chapter 4",
    "An event is on its way before the next one is waited for.",
);
const TOGETHER: Rule = Rule::new(
    "chapter 4",
    "What is there together is written together: flush when you are about to wait.",
);

/// Remembers each write, and when it was.
#[derive(Debug, Clone)]
struct Client {
    start: Instant,
    writes: Arc<Mutex<Vec<(Duration, String)>>>,
}

impl AsyncWrite for Client {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let write = (self.start.elapsed(), escape(bytes));
        self.writes.lock().expect("no panic under it").push(write);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What is written while `happen` lets things happen, and after it.
fn written<F>(
    happen: impl FnOnce(Sender<String>) -> F + Send + 'static,
) -> Vec<(u128, String)>
where
    F: Future<Output = ()> + Send + 'static,
{
    harness::run("events are told", async move {
        let (send, events) = mpsc::channel(16);
        let client = Client {
            start: Instant::now(),
            writes: Arc::default(),
        };
        let writes = Arc::clone(&client.writes);
        let (_, told) = tokio::join!(happen(send), tell(events, client));
        told.expect("this client takes everything");
        let writes = writes.lock().expect("no panic under it");
        writes
            .iter()
            .map(|(at, text)| (at.as_millis(), text.clone()))
            .collect()
    })
}

/// When the text was written.
fn when(writes: &[(u128, String)], text: &str) -> Option<u128> {
    let write = writes.iter().find(|(_, write)| write.contains(text));
    write.map(|(at, _)| *at)
}

async fn happens(events: &Sender<String>, event: &str) {
    events
        .send(event.to_owned())
        .await
        .expect("it is listened to");
}

#[test]
fn the_head_is_written_before_anything_happens() {
    let writes = written(async |events| {
        sleep(Duration::from_secs(60)).await;
        drop(events);
    });
    match when(&writes, "HTTP/1.1 200 OK") {
        Some(0) => {}
        at => verdict::fail(
            HEAD,
            format!(
                "For a minute nothing happens. The head is written after {} ms: until \
                 then it lies in the BufWriter.",
                at.unwrap_or_default()
            ),
        ),
    }
}

#[test]
fn an_event_is_written_when_it_happens() {
    let writes = written(async |events| {
        for event in ["one", "two", "three"] {
            sleep(Duration::from_secs(10)).await;
            happens(&events, event).await;
        }
        sleep(Duration::from_secs(10)).await;
    });
    for (event, at) in [("one", 10_000), ("two", 20_000), ("three", 30_000)] {
        match when(&writes, event) {
            Some(written) if written == at => {}
            Some(written) => verdict::fail(
                AT_ONCE,
                format!(
                    "`{event}` happens after {at} ms and is written after {written} ms: \
                     in between it lies in the BufWriter."
                ),
            ),
            None => verdict::fail(AT_ONCE, format!("`{event}` is never written.")),
        }
    }
    let all: String = writes.into_iter().map(|(_, text)| text).collect();
    let expected = "HTTP/1.1 200 OK\\r\\nContent-Type: application/x-ndjson\\r\\n\
        Transfer-Encoding: chunked\\r\\nConnection: close\\r\\n\\r\\n\
        4\\r\\none\\n\\r\\n4\\r\\ntwo\\n\\r\\n6\\r\\nthree\\n\\r\\n0\\r\\n\\r\\n";
    verdict::text(BYTES, expected, all);
}

#[test]
fn what_has_gathered_is_written_together() {
    let writes = written(async |events| {
        sleep(Duration::from_secs(1)).await;
        for n in 1..=10 {
            happens(&events, &format!("event {n} of ten")).await;
        }
        // Nothing ends yet.
        sleep(Duration::from_secs(1)).await;
    });
    if when(&writes, " of ten") != Some(1000) {
        let why = "Ten events happen after 1,000 ms, and then nothing. They are written \
                   when it ends: until then they lie in the BufWriter.";
        verdict::fail(AT_ONCE, why);
    }
    let told = |write: &&(u128, String)| write.1.contains(" of ten");
    let count = writes.iter().filter(told).count();
    if count > 1 {
        verdict::fail(
            TOGETHER,
            format!(
                "Ten events were there at once, and were written in {count} pieces: {count} \
                 system calls, and as many packets."
            ),
        );
    }
}
