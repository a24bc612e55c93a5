//! One connection: it says something now and then, and notes what it hears.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use connection::{Event, Message, Reader, WebSocket, Writer};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};

use crate::door::odd;

/// A connection that is in a room.
pub(crate) struct Line {
    reader: Reader<TcpStream>,
    writer: Writer<TcpStream>,
    /// The last number that it was told.
    pub(crate) cursor: u64,
}

/// What one of them does.
pub(crate) struct Plan {
    pub(crate) number: usize,
    pub(crate) room: String,
    pub(crate) every: Duration,
    pub(crate) size: usize,
    /// How long the last messages may be on their way.
    pub(crate) wait: Duration,
    /// What the times in the messages are counted from.
    pub(crate) began: Instant,
}

/// What all of them see together, for the progress; and when they begin and end.
#[derive(Default)]
pub(crate) struct Seen {
    until: watch::Sender<Option<Instant>>,
    accepted: AtomicU64,
    delivered: AtomicU64,
}

impl Seen {
    /// Now everybody is there: they talk until then.
    pub(crate) fn begin(&self, until: Instant) {
        self.until.send_replace(Some(until));
    }

    pub(crate) fn line(&self) -> String {
        let [accepted, delivered] = [&self.accepted, &self.delivered]
            .map(|count| count.load(Ordering::Relaxed));
        format!("{accepted} accepted, {delivered} delivered")
    }
}

/// What one connection has noted.
#[derive(Debug, Default)]
pub(crate) struct Talked {
    pub(crate) room: String,
    pub(crate) said: u64,
    /// From the saying to the answer.
    pub(crate) accepted: Vec<Duration>,
    /// From the saying to each hearing of it, one's own included.
    pub(crate) delivered: Vec<Duration>,
    /// Errors, by their codes.
    pub(crate) refused: HashMap<String, u64>,
    /// Numbers that were passed over, and numbers that came again.
    pub(crate) missing: u64,
    pub(crate) doubled: u64,
    /// The code with which the connection was closed under us.
    pub(crate) cut: Option<u16>,
}

impl Line {
    pub(crate) fn new(websocket: WebSocket<TcpStream>) -> Self {
        let (reader, writer) = websocket.split();
        Self {
            reader,
            writer,
            cursor: 0,
        }
    }

    async fn say(&mut self, message: &Value) -> io::Result<()> {
        let message = Message::Text(message.to_string().into());
        self.writer.send(message).await.map_err(io::Error::other)?;
        self.writer.flush().await.map_err(io::Error::other)
    }

    /// The next message, or the code of the end.
    async fn hear(&mut self) -> Result<Value, u16> {
        loop {
            match self.reader.read().await {
                Some(Event::Message(Message::Text(text))) => {
                    return Ok(serde_json::from_str(&text).unwrap_or_default());
                }
                Some(Event::Closed(closed)) => return Err(closed.code()),
                Some(_) => {}
                None => return Err(1006),
            }
        }
    }

    /// Says something, and waits for the answer of this type.
    pub(crate) async fn expect(
        &mut self,
        said: &Value,
        kind: &str,
    ) -> io::Result<Value> {
        self.say(said).await?;
        loop {
            match self.hear().await {
                Ok(message) if message["type"] == kind => return Ok(message),
                Ok(message) if message["type"] == "error" => {
                    let text = message["text"].as_str().unwrap_or_default();
                    return Err(odd(&format!("{}: {text}", said["type"])));
                }
                Ok(_) => {}
                Err(code) => return Err(odd(&format!("closed with {code}"))),
            }
        }
    }
}

/// Talks until it is over, and then waits for what is still to come.
pub(crate) async fn talk(mut line: Line, plan: Plan, seen: Arc<Seen>) -> Talked {
    let mut talked = Talked {
        room: plan.room.clone(),
        ..Talked::default()
    };
    let mut begin = seen.until.subscribe();
    let begun = begin.wait_for(Option::is_some).await;
    let until = begun.ok().and_then(|until| *until).unwrap_or(plan.began);
    // Not all at the same instant.
    let phase = plan.every.mul_f64(plan.number as f64 * 0.618_034 % 1.0);
    let mut turns = interval_at(Instant::now() + phase, plan.every);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut asked = HashMap::new();
    loop {
        let now = Instant::now();
        tokio::select! {
            heard = line.hear() => match heard {
                Ok(message) => note(&message, &mut line, &plan, &mut asked, &mut talked, &seen),
                Err(code) => {
                    talked.cut = Some(code);
                    return talked;
                }
            },
            _ = turns.tick(), if now < until => {
                let id = format!("{}-{}", plan.number, talked.said);
                let text = words(&plan);
                asked.insert(id.clone(), Instant::now());
                let say = json!({"type": "say", "room": plan.room, "id": id, "text": text});
                // An end is heard.
                let _ = line.say(&say).await;
                talked.said += 1;
            }
            () = sleep_until(until + plan.wait) => return talked,
        }
    }
}

/// The time, and as much else as is asked for.
fn words(plan: &Plan) -> String {
    let now = plan.began.elapsed().as_nanos().to_string();
    format!("{now:<20}{}", "x".repeat(plan.size.saturating_sub(20)))
}

fn note(
    message: &Value,
    line: &mut Line,
    plan: &Plan,
    asked: &mut HashMap<String, Instant>,
    talked: &mut Talked,
    seen: &Seen,
) {
    let id = message["id"].as_str().unwrap_or_default();
    match message["type"].as_str() {
        Some("accepted") => {
            if let Some(said) = asked.remove(id) {
                talked.accepted.push(said.elapsed());
                seen.accepted.fetch_add(1, Ordering::Relaxed);
            }
        }
        Some("message") => {
            let seq = message["seq"].as_u64().unwrap_or(0);
            if seq <= line.cursor {
                talked.doubled += 1;
                return;
            }
            talked.missing += seq - line.cursor - 1;
            line.cursor = seq;
            let text = message["text"].as_str().unwrap_or_default();
            let sent = text
                .split_whitespace()
                .next()
                .and_then(|word| word.parse().ok());
            let sent = sent.map(Duration::from_nanos).unwrap_or_default();
            talked
                .delivered
                .push(plan.began.elapsed().saturating_sub(sent));
            seen.delivered.fetch_add(1, Ordering::Relaxed);
        }
        Some("error") => {
            asked.remove(id);
            let code = message["code"].as_str().unwrap_or("none").to_owned();
            *talked.refused.entry(code).or_default() += 1;
        }
        _ => {}
    }
}
