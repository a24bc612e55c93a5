//! A minute in a room, one of whose readers does not read for half of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backpressure::Parcel;
use chat::protocol::{Name, Room, ServerMessage, Text};
use connection::{Config, Connection, Event, Message, Role, WebSocket};
use tokio::time::{Instant, sleep, sleep_until};
use wiretap::{Link, LinkStream, Recorder};

use crate::policies::{Line, Way};

/// How many are in the room; the first of them is the slow one.
pub(crate) const READERS: usize = 5;
/// From one message to the next.
pub(crate) const INTERVAL: Duration = Duration::from_millis(80);
/// Bytes of each text.
pub(crate) const SIZE: usize = 2000;
/// When the slow one stops, and when it reads again.
pub(crate) const STOPS: Duration = Duration::from_secs(10);
pub(crate) const RETURNS: Duration = Duration::from_secs(40);
/// How long it is watched.
const MINUTE: Duration = Duration::from_secs(60);

/// What was seen of one way.
pub(crate) struct Seen {
    pub(crate) way: Way,
    /// For each second, the KiB that are kept for the slow one.
    pub(crate) kept: Vec<(f64, f64)>,
    /// For each second, how long the latest of the others has waited, in seconds.
    pub(crate) delay: Vec<(f64, f64)>,
    pub(crate) slow: Ear,
}

/// What a reader has heard.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ear {
    /// How many messages.
    pub(crate) heard: u64,
    last: u64,
    /// The longest delay since it was last asked.
    longest: Duration,
    /// How long it took, when it was back, until it heard what was new.
    pub(crate) caught_up: Option<Duration>,
    /// How much it was told is missing.
    pub(crate) dropped: u64,
    /// With which code its connection ended, as its application sees it.
    pub(crate) ended: Option<u16>,
}

type Shared = Arc<Mutex<Ear>>;

fn lock(ear: &Shared) -> MutexGuard<'_, Ear> {
    ear.lock().unwrap_or_else(PoisonError::into_inner)
}

/// When the message with this number is due.
fn due(start: Instant, seq: u64) -> Instant {
    start + INTERVAL * u32::try_from(seq).unwrap_or(u32::MAX)
}

pub(crate) async fn watch(way: Way) -> Seen {
    let link = Link::new()
        .rtt(Duration::from_millis(40))
        .bandwidth(500_000);
    let recorder = Recorder::new("a room");
    let start = Instant::now();
    let mut lines = Vec::new();
    let mut ears = Vec::new();
    for number in 0..READERS {
        let (client, server) = link.pair(&recorder);
        let ear = Shared::default();
        tokio::spawn(listen(client, Arc::clone(&ear), start, number == 0));
        lines.push(Line::open(way, server));
        ears.push(ear);
    }
    let kept = Arc::new(Mutex::new(0));
    tokio::spawn(speak(lines, start, Arc::clone(&kept)));
    let mut seen = Seen {
        way,
        kept: Vec::new(),
        delay: Vec::new(),
        slow: Ear::default(),
    };
    for second in 1..=MINUTE.as_secs() {
        sleep_until(start + Duration::from_secs(second)).await;
        let kept = *kept.lock().unwrap_or_else(PoisonError::into_inner);
        seen.kept.push((second as f64, round(kept as f64 / 1024.0)));
        let delays = ears[1..].iter().map(|ear| latest(ear, start));
        let delay = delays.max().unwrap_or_default();
        seen.delay.push((second as f64, round(delay.as_secs_f64())));
    }
    seen.slow = lock(&ears[0]).clone();
    seen
}

/// To three digits: what the charts show.
fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Says something to all of them, over and over.
async fn speak(mut lines: Vec<Line>, start: Instant, kept: Arc<Mutex<usize>>) {
    let room = Room::new("r").expect("a room");
    let name = Name::new("ann").expect("a name");
    let text = Text::new(&"x".repeat(SIZE)).expect("a text");
    for seq in 1.. {
        sleep_until(due(start, seq)).await;
        let parcel = Parcel::new(&ServerMessage::Message {
            room: room.clone(),
            seq,
            name: name.clone(),
            text: text.clone(),
            id: None,
        });
        for line in &mut lines {
            line.tell(&parcel).await;
        }
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = lines[0].kept();
    }
}

/// How late the latest message of a reader is, or was in the last second.
fn latest(ear: &Shared, start: Instant) -> Duration {
    let mut ear = lock(ear);
    let next = due(start, ear.last + 1);
    let missing = Instant::now().saturating_duration_since(next);
    std::mem::take(&mut ear.longest).max(missing)
}

/// A reader; the slow one goes away for a while.
async fn listen(io: LinkStream, ear: Shared, start: Instant, is_slow: bool) {
    let connection = Connection::new(Role::Client, Config::default());
    let (mut reader, _writer) = WebSocket::new(io, connection, []).split();
    let mut is_back = false;
    while let Some(event) = reader.read().await {
        match event {
            Event::Message(Message::Text(text)) => {
                lock(&ear).hear(&text, start, is_back);
            }
            Event::Closed(closed) => lock(&ear).ended = Some(closed.code()),
            Event::Message(Message::Binary(_)) | Event::Ping(_) | Event::Pong(_) => {}
        }
        if is_slow && !is_back && start.elapsed() >= STOPS {
            sleep(RETURNS.saturating_sub(start.elapsed())).await;
            is_back = true;
        }
    }
}

impl Ear {
    fn hear(&mut self, text: &str, start: Instant, is_back: bool) {
        let message = ServerMessage::parse(text);
        let Ok(Some(ServerMessage::Message { seq, .. })) = message else {
            let count = text.split(' ').next().and_then(|count| count.parse().ok());
            self.dropped += count.unwrap_or(0);
            return;
        };
        let delay = Instant::now().saturating_duration_since(due(start, seq));
        self.heard += 1;
        self.last = seq;
        self.longest = self.longest.max(delay);
        if is_back && delay < Duration::from_millis(100) {
            let caught_up = start.elapsed().saturating_sub(RETURNS);
            self.caught_up.get_or_insert(caught_up);
        }
    }
}
