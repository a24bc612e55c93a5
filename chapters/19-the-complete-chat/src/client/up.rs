//! What is said, on its way up.

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

/// How many messages may have come over a stream before the server is told that they are
/// here. It keeps them until then.
const SAY_AFTER: u64 = 32;

/// How long it may take to tell the server that a line is over.
const GOODBYE: Duration = Duration::from_secs(5);

/// Brings up what is said until the line is dropped, and then says goodbye. What has no
/// answer is brought up again, with the same number: the server takes it once.
pub(super) async fn carry_up<D: Dial>(
    line: OpenLine<D>,
    mut said: Receiver<String>,
    tell: Sender<Exchanged>,
) {
    let (mut next, mut known) = (1, 0);
    let mut heard = line.heard.subscribe();
    loop {
        let first = tokio::select! {
            biased;
            first = said.recv() => match first {
                Some(first) => Some(first),
                None => break,
            },
            _ = heard.wait_for(|heard| heard.saturating_sub(known) >= SAY_AFTER) => None,
        };
        let batch = batch_of(first, &mut said);
        let after = *heard.borrow_and_update();
        if let Err(why) = bring(&line, next, &batch, after).await {
            // Without somebody to listen, it has been dropped.
            let _ = tell.send(over(why)).await;
            break;
        }
        next += batch.len() as u64;
        known = after;
    }
    let goodbye = path(&line.name, "close");
    let asked = Asked::post(&goodbye, "{}".to_owned(), GOODBYE);
    let _ = line.send(asked).await;
}

/// What goes up together: the first, and what waits behind it.
fn batch_of(first: Option<String>, said: &mut Receiver<String>) -> Vec<String> {
    let mut batch: Vec<_> = first.into_iter().collect();
    let mut bytes: usize = batch.iter().map(String::len).sum();
    while bytes < BATCH
        && let Ok(more) = said.try_recv()
    {
        bytes += more.len();
        batch.push(more);
    }
    batch
}

/// Brings up some messages, of which the first has the number `n`, or none; and says up to
/// where those of the server are here, if any are that came over a stream.
async fn bring<D: Dial>(
    line: &OpenLine<D>,
    n: u64,
    messages: &[String],
    after: u64,
) -> Result<(), String> {
    let after = Some(after).filter(|after| *after > 0);
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
