//! Those who behave: each says something now and then, and writes down what it hears.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use chat::protocol::{Name, Room, Text};
use fastrand::Rng;
use history::protocol::ServerMessage;
use history::{Client, ClientOptions, Notice, Pace};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::Args;
use crate::cutting::Cutting;

/// Far longer than anybody needs to come back and catch up.
const PATIENCE: Duration = Duration::from_secs(120);

/// How far each room goes, once nobody says anything any more.
type Ends = BTreeMap<Room, u64>;

/// What one client has seen.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) who: String,
    pub(crate) room: String,
    /// What was said, and under which number it was accepted.
    pub(crate) accepted: Vec<(String, u64)>,
    /// What was heard: the number, the author, the id.
    pub(crate) heard: Vec<(u64, String, Option<String>)>,
    pub(crate) cuts: usize,
}

/// A client, and what it writes down.
struct Person {
    client: Client<Cutting>,
    room: Room,
    rng: Rng,
    log: Log,
}

pub(crate) struct People {
    tasks: JoinSet<Log>,
    /// Each tells here when it has an answer to everything: up to where.
    done: tokio::sync::mpsc::Receiver<(Room, u64)>,
    ends: watch::Sender<Option<Ends>>,
    count: usize,
}

pub(crate) fn room(number: usize) -> Room {
    Room::new(&format!("room-{number}")).expect("a room")
}

impl People {
    pub(crate) fn start(
        args: &Args,
        seed: u64,
        length: Duration,
        address: &watch::Receiver<SocketAddr>,
    ) -> Self {
        let mut tasks = JoinSet::new();
        let ends = watch::Sender::new(None);
        let (done, finished) = tokio::sync::mpsc::channel(args.clients.max(1));
        let until = Instant::now() + length;
        for number in 0..args.clients {
            let dialer = Cutting::new(address.clone(), seed ^ (number as u64) << 32);
            let person = Person::new(number, args.rooms, seed, dialer);
            tasks.spawn(person.live(until, done.clone(), ends.subscribe()));
        }
        Self {
            tasks,
            done: finished,
            ends,
            count: args.clients,
        }
    }

    /// Waits until everybody has an answer to everything, and has then heard everything.
    pub(crate) async fn finish(mut self) -> Result<Vec<Log>, Box<dyn Error>> {
        let mut ends = Ends::new();
        for _ in 0..self.count {
            let (room, seq) = self.done.recv().await.ok_or("a client has panicked")?;
            let end = ends.entry(room).or_default();
            *end = seq.max(*end);
        }
        self.ends.send_replace(Some(ends));
        let all = async {
            let mut logs = Vec::new();
            while let Some(log) = self.tasks.join_next().await {
                logs.push(log?);
            }
            Ok::<_, tokio::task::JoinError>(logs)
        };
        let logs = tokio::time::timeout(PATIENCE, all).await;
        Ok(logs.map_err(|_| "somebody does not hear the end of its room")??)
    }
}

impl Person {
    fn new(number: usize, rooms: usize, seed: u64, dialer: Cutting) -> Self {
        let pace = Pace {
            first: Duration::from_secs(1),
            base: Duration::from_millis(500),
            most: Duration::from_secs(2),
            steady: Duration::from_secs(1),
        };
        let options = ClientOptions {
            pace,
            seed: seed ^ number as u64,
            ..ClientOptions::default()
        };
        let who = format!("person {number}");
        let url = "ws://soak.test/chat".parse().expect("a URL");
        let name = Name::new(&who).expect("a name");
        let mut client = Client::new(dialer, url, name, options);
        let room = room(number % rooms);
        client.join(room.clone(), Some(0));
        let log = Log {
            who,
            room: room.to_string(),
            ..Log::default()
        };
        Self {
            client,
            room,
            rng: Rng::with_seed(seed.wrapping_add(number as u64)),
            log,
        }
    }

    async fn live(
        mut self,
        until: Instant,
        done: tokio::sync::mpsc::Sender<(Room, u64)>,
        mut ends: watch::Receiver<Option<Ends>>,
    ) -> Log {
        while Instant::now() < until {
            let pause = Duration::from_millis(self.rng.u64(200..4000));
            self.listen_until((Instant::now() + pause).min(until)).await;
            let words = format!("hello from {}, {}", self.log.who, self.rng.u32(..));
            let text = Text::new(&words).expect("a text");
            // Too many are without an answer when the server is away for long.
            let _ = self.client.say(self.room.clone(), text);
        }
        while self.client.pending() > 0 {
            self.listen().await;
        }
        let last = self.log.accepted.iter().map(|(_, seq)| *seq).max();
        // Nobody listens any more when somebody else has failed.
        let _ = done.send((self.room.clone(), last.unwrap_or(0))).await;
        loop {
            let end = ends.borrow_and_update().clone();
            let end = end.map(|ends| ends.get(&self.room).copied().unwrap_or(0));
            if end.is_some_and(|end| self.client.cursor(&self.room) >= Some(end)) {
                return self.log;
            }
            tokio::select! {
                notice = self.client.next() => self.note(notice),
                _ = ends.changed() => {}
            }
        }
    }

    async fn listen_until(&mut self, due: Instant) {
        loop {
            tokio::select! {
                () = sleep_until(due) => return,
                notice = self.client.next() => self.note(notice),
            }
        }
    }

    async fn listen(&mut self) {
        let notice = self.client.next().await;
        self.note(notice);
    }

    fn note(&mut self, notice: Option<Notice>) {
        match notice.expect("this server takes us") {
            Notice::Cut { .. } => self.log.cuts += 1,
            Notice::Told(ServerMessage::Accepted { id, seq, .. }) => {
                self.log.accepted.push((id.to_string(), seq));
            }
            Notice::Told(ServerMessage::Message { seq, name, id, .. }) => {
                self.log.heard.push((seq, name, id));
            }
            // A stranger takes back what it has said.
            Notice::Told(
                ServerMessage::Edited { seq, name, .. }
                | ServerMessage::Deleted { seq, name, .. },
            ) => self.log.heard.push((seq, name, None)),
            Notice::Told(ServerMessage::Gap { first, last, .. }) => {
                // Whoever was away for a thousand messages turns pages; here it is noted.
                self.log
                    .heard
                    .push((last, format!("gap from {first}"), None));
            }
            Notice::Connected | Notice::Told(_) => {}
            Notice::Failed(why) => panic!("{}: {why}", self.log.who),
        }
    }
}
