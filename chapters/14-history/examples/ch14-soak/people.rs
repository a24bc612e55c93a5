//! Those who behave: each says something now and then, changes some of it or takes it back,
//! and writes down what it hears.

use std::time::Duration;

use chat::protocol::{ErrorCode as One, MessageId, Room, Text};
use fastrand::Rng;
use history::protocol::{ErrorCode, ServerMessage};
use history::{Act, Client, ClientOptions, Connect, Notice, Pace, TooManyPending};
use tokio::time::{Instant, sleep_until};

use crate::crowd::Place;
use crate::notes::{Heard, Log};

/// A client, and what it writes down.
pub(crate) struct Person<C: Connect> {
    client: Client<C>,
    room: Room,
    rng: Rng,
    /// The most that it waits between two things that it says, in milliseconds.
    pause: u64,
    /// What it has said and not taken back, by number.
    mine: Vec<u64>,
    log: Log,
}

pub(crate) fn room(number: usize) -> Room {
    Room::new(&format!("room-{number}")).expect("a room")
}

/// Words that nobody else says, and some more.
pub(crate) fn words(who: &str, rng: &mut Rng) -> Text {
    let much = "la ".repeat(rng.usize(..crate::MUCH));
    let words = format!("{:x} from {who} {much}end", rng.u64(..));
    Text::new(&words).expect("a text")
}

/// How they behave: they come back soon.
pub(crate) fn options(seed: u64) -> ClientOptions {
    let pace = Pace {
        first: Duration::from_secs(1),
        base: Duration::from_millis(500),
        most: Duration::from_secs(2),
        steady: Duration::from_secs(1),
    };
    ClientOptions {
        pace,
        seed,
        ..ClientOptions::default()
    }
}

impl<C: Connect> Person<C> {
    /// Somebody of this name in a room, who decides by the seed, and says something every
    /// `pause` milliseconds at the latest.
    pub(crate) fn new(
        mut client: Client<C>,
        who: String,
        room: Room,
        seed: u64,
        pause: u64,
    ) -> Self {
        client.join(room.clone(), Some(0));
        let log = Log {
            who,
            room: room.to_string(),
            ..Log::default()
        };
        Self {
            client,
            room,
            rng: Rng::with_seed(seed),
            pause,
            mine: Vec::new(),
            log,
        }
    }

    pub(crate) async fn live(mut self, until: Instant, mut place: Place) -> Log {
        while Instant::now() < until {
            let pause =
                Duration::from_millis(self.rng.u64(self.pause / 20..self.pause));
            self.listen_until((Instant::now() + pause).min(until)).await;
            // Too many are without an answer when the server is away for long.
            let _ = self.act();
        }
        while self.client.pending() > 0 {
            let notice = self.client.next().await;
            self.note(notice);
        }
        let last = self.log.accepted.iter().map(|(_, seq)| *seq).max();
        let room = self.room.clone();
        place.has_finished(room.clone(), last.unwrap_or(0)).await;
        loop {
            let end = place.end_of(&room);
            if end.is_some() && self.client.cursor(&room) >= end {
                return self.log;
            }
            tokio::select! {
                notice = self.client.next() => self.note(notice),
                () = place.changed() => {}
            }
        }
    }

    /// Says something, or changes something or takes it back.
    fn act(&mut self) -> Result<(), TooManyPending> {
        let room = self.room.clone();
        let target = self.rng.choice(0..self.mine.len());
        let (id, act): (MessageId, Act) = match (self.rng.u32(..10), target) {
            (0, Some(place)) => {
                let target = self.mine[place];
                let id = self.client.delete(room, target)?;
                self.mine.swap_remove(place);
                (id, Act::Delete { target })
            }
            (1..3, Some(place)) => {
                let target = self.mine[place];
                let new = words(&self.log.who, &mut self.rng);
                let id = self.client.edit(room, target, new.clone())?;
                let text = new.to_string();
                (id, Act::Edit { target, text })
            }
            _ => {
                let new = words(&self.log.who, &mut self.rng);
                let id = self.client.say(room, new.clone())?;
                let text = new.to_string();
                (id, Act::Say { text })
            }
        };
        self.log.said.push((id.to_string(), act));
        Ok(())
    }

    async fn listen_until(&mut self, due: Instant) {
        loop {
            tokio::select! {
                () = sleep_until(due) => return,
                notice = self.client.next() => self.note(notice),
            }
        }
    }

    fn note(&mut self, notice: Option<Notice>) {
        match notice.expect("this server takes us") {
            Notice::Connected => {}
            Notice::Cut { .. } => self.log.cuts += 1,
            Notice::Told(ServerMessage::Accepted { id, seq, .. }) => {
                self.accepted(id.to_string(), seq)
            }
            Notice::Told(ServerMessage::Error(problem)) => match problem.code {
                ErrorCode::One(One::Unavailable | One::Rate) => {}
                _ => self.log.complaints.push(format!("{problem:?}")),
            },
            Notice::Told(message) => self.log.heard.extend(Heard::of(message)),
            Notice::Unknown(text) => self.log.complaints.push(text),
            Notice::Failed(why) => panic!("{}: {why}", self.log.who),
        }
    }

    fn accepted(&mut self, id: String, seq: u64) {
        let said = self.log.said.iter().rev().find(|(said, _)| *said == id);
        if matches!(said, Some((_, Act::Say { .. }))) {
            self.mine.push(seq);
        }
        self.log.accepted.push((id, seq));
    }
}
