//! What there is to hear, by long polling.

use std::sync::Arc;

use history::Exchanged;
use long_polling::PATIENCE;
use tokio::sync::mpsc::Sender;
use wiretap::Dial;

use super::carried::{Carried, OpenLine, closed, over};
use super::http::{Asked, Http, is_for_now};
use super::pace::Pace;
use super::wire::{Polled, path};

/// A line whose messages are fetched by one question after the other, each of which the
/// server holds until it has an answer. A question that is held keeps its connection: they
/// have one of their own.
pub(super) fn polled<D: Dial>(line: OpenLine<D>, http: Http<D>) -> Carried {
    let polling = OpenLine {
        http,
        name: line.name.clone(),
        key: line.key.clone(),
        heard: Arc::clone(&line.heard),
    };
    Carried::new(line, |tell| fetch(polling, tell))
}

async fn fetch<D: Dial>(line: OpenLine<D>, tell: Sender<Exchanged>) {
    let (mut after, mut pace) = (0, Pace::default());
    loop {
        let polled = match poll(&line, after).await {
            Ok(polled) => polled,
            Err(Trouble::Passing(why)) => match pace.failed(why).await {
                Ok(()) => continue,
                Err(why) => return end(&tell, over(why)).await,
            },
            Err(Trouble::Lasting(why)) => return end(&tell, over(why)).await,
        };
        pace.worked();
        for message in polled.messages {
            // Nobody listens: the line has been dropped.
            if tell.send(Exchanged::Heard(message)).await.is_err() {
                return;
            }
        }
        after = after.max(polled.last);
        if let Some(with) = polled.closed {
            return end(&tell, closed(with)).await;
        }
    }
}

async fn end(tell: &Sender<Exchanged>, how: Exchanged) {
    let _ = tell.send(how).await;
}

enum Trouble {
    Passing(String),
    Lasting(String),
}

async fn poll<D: Dial>(line: &OpenLine<D>, after: u64) -> Result<Polled, Trouble> {
    let poll = path(&line.name, "poll");
    let asked = format!("{poll}?after={after}");
    let answer = line.send(Asked::get(&asked, PATIENCE)).await;
    let answer = answer.map_err(Trouble::Passing)?;
    if is_for_now(answer.status) {
        return Err(Trouble::Passing(answer.status.to_string()));
    }
    if !answer.status.is_success() {
        let why = format!("the server answers {}", answer.status);
        return Err(Trouble::Lasting(why));
    }
    let polled = serde_json::from_slice(&answer.body);
    polled.map_err(|error| Trouble::Lasting(format!("an answer with {error}")))
}
