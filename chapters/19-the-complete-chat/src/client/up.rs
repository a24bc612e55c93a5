//! What is said, on its way up.

use std::sync::atomic::Ordering;
use std::time::Duration;

use history::Exchanged;
use tokio::sync::mpsc::{Receiver, Sender};
use wiretap::Dial;

use super::carried::{OpenLine, SOON, over};
use super::http::{Asked, is_for_now};
use super::pace::Pace;
use super::wire::{SaysAll, path};

/// So many bytes of messages, or one message, are brought up by one request.
const BATCH: usize = 8 << 10;

/// How long it may take to tell the server that a line is over.
const GOODBYE: Duration = Duration::from_secs(5);

/// Brings up what is said until the line is dropped, and then says goodbye. What has no
/// answer is brought up again, with the same number: the server takes it once.
pub(super) async fn carry_up<D: Dial>(
    line: OpenLine<D>,
    mut said: Receiver<String>,
    tell: Sender<Exchanged>,
) {
    let mut next = 1;
    while let Some(first) = said.recv().await {
        let mut batch = vec![first];
        let mut bytes = batch[0].len();
        while bytes < BATCH
            && let Ok(more) = said.try_recv()
        {
            bytes += more.len();
            batch.push(more);
        }
        if let Err(why) = bring(&line, next, &batch).await {
            // Without somebody to listen, it has been dropped.
            let _ = tell.send(over(why)).await;
            break;
        }
        next += batch.len() as u64;
    }
    let goodbye = path(&line.name, "close");
    let asked = Asked::post(&goodbye, "{}".to_owned(), GOODBYE);
    let _ = line.send(asked).await;
}

/// Brings up some messages, of which the first has the number `n`.
async fn bring<D: Dial>(
    line: &OpenLine<D>,
    n: u64,
    messages: &[String],
) -> Result<(), String> {
    let after = Some(line.heard.load(Ordering::Relaxed)).filter(|after| *after > 0);
    let body = serde_json::to_string(&SaysAll { n, messages, after });
    let body = body.expect("its keys are text");
    let say = path(&line.name, "say");
    let mut pace = Pace::default();
    loop {
        let asked = Asked::post(&say, body.clone(), SOON);
        let why = match line.send(asked).await {
            Ok(answer) if answer.status.is_success() => return Ok(()),
            Ok(answer) if is_for_now(answer.status) => answer.status.to_string(),
            Ok(answer) => return Err(format!("the server answers {}", answer.status)),
            Err(why) => why,
        };
        pace.failed(why).await?;
    }
}
