//! Those who speak version 1. What it promises is less: whoever is there hears everything
//! once and in order, its own words too, and whoever was cut off has missed something.

use std::io;
use std::time::Duration;

use chat::protocol::{
    ClientMessage, ErrorCode, Hello, Join, MessageId, Name, Room, Say, ServerMessage,
};
use connection::{Config, Event, Message, Reader, Writer, connect};
use fastrand::Rng;
use handshake::Offer;
use history::{Act, Entry, What};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use wiretap::Dial as _;

use crate::cutting::{Cut, Cutting};
use crate::notes::{Heard, Kind, Log};
use crate::people::words;

/// Far longer than anybody waits for its own words.
const PATIENCE: Duration = Duration::from_secs(60);

struct Old {
    dialer: Cutting,
    room: Room,
    rng: Rng,
    pause: u64,
    log: Log,
}

/// One connection.
struct Talk<'a> {
    reader: Reader<Cut>,
    writer: Writer<Cut>,
    log: &'a mut Log,
    /// What it has said and not heard yet, and since when.
    unheard: Option<(MessageId, Instant)>,
}

/// Talks until then, and gives what it has written down.
pub(crate) async fn live(
    number: usize,
    room: Room,
    (dialer, seed): (Cutting, u64),
    pause: u64,
    until: Instant,
) -> Log {
    let log = Log {
        who: format!("old {number}"),
        room: room.to_string(),
        kind: Kind::Old,
        ..Log::default()
    };
    let rng = Rng::with_seed(seed);
    let mut old = Old {
        dialer,
        room,
        rng,
        pause,
        log,
    };
    while Instant::now() < until {
        match timeout(PATIENCE, old.connect()).await {
            Ok(Ok((reader, writer))) => {
                old.talk(reader, writer, until).await;
                old.log.cuts += 1;
            }
            Ok(Err(_)) => {}
            Err(_) => old.log.complaints.push("it cannot connect".to_owned()),
        }
        sleep(Duration::from_millis(old.rng.u64(..1000))).await;
    }
    old.log
}

impl Old {
    async fn connect(&self) -> io::Result<(Reader<Cut>, Writer<Cut>)> {
        let io = self.dialer.dial().await?;
        let url = "ws://soak.test/chat".parse().expect("a URL");
        let opened = connect(io, Offer::new(&url), Config::default()).await;
        Ok(opened.map_err(io::Error::other)?.0.split())
    }

    /// Says something now and then, until it is cut off.
    async fn talk(&mut self, reader: Reader<Cut>, writer: Writer<Cut>, until: Instant) {
        let name = Name::new(&self.log.who).expect("a name");
        let mut talk = Talk {
            reader,
            writer,
            log: &mut self.log,
            unheard: None,
        };
        let hello = ClientMessage::Hello(Hello { version: 1, name });
        let room = self.room.clone();
        if !(talk.send(&hello).await && talk.join(&room).await) {
            return;
        }
        // Its marks begin anew with each connection, as those of chapter 12's page do.
        for mark in 1.. {
            let pause = Duration::from_millis(self.rng.u64(..self.pause));
            if !talk.listen_until(Instant::now() + pause, &room).await
                || (Instant::now() > until && talk.unheard.is_none())
            {
                return;
            }
            if talk.unheard.is_none() && Instant::now() < until {
                let words = words(&talk.log.who, &mut self.rng);
                let id = MessageId::new(&format!("{mark}")).expect("an id");
                let text = words.to_string();
                talk.log.said.push((id.to_string(), Act::Say { text }));
                talk.unheard = Some((id.clone(), Instant::now()));
                let (room, text, id) = (room.clone(), words, Some(id));
                talk.send(&ClientMessage::Say(Say { room, text, id })).await;
            }
        }
    }
}

impl Talk<'_> {
    async fn send(&mut self, message: &ClientMessage) -> bool {
        let message = Message::Text(message.to_json().into());
        self.writer.send(message).await.is_ok()
    }

    async fn join(&mut self, room: &Room) -> bool {
        let room = room.clone();
        self.send(&ClientMessage::Join(Join { room })).await
    }

    /// Whether the connection is there still.
    async fn listen_until(&mut self, due: Instant, room: &Room) -> bool {
        loop {
            let text = tokio::select! {
                () = sleep_until(due) => break,
                event = self.reader.read() => match event {
                    Some(Event::Message(Message::Text(text))) => text.into_owned(),
                    Some(Event::Closed(_)) | None => return false,
                    Some(_) => continue,
                }
            };
            match serde_json::from_str(&text) {
                Ok(message) => {
                    if !self.note(message, room).await {
                        return false;
                    }
                }
                Err(error) => {
                    let complaint = format!("{text} is not of version 1: {error}");
                    self.log.complaints.push(complaint);
                }
            }
        }
        if let Some((id, since)) = &self.unheard
            && since.elapsed() > PATIENCE
        {
            let complaint = format!("{id:?} was said, and not heard");
            self.log.complaints.push(complaint);
            self.unheard = None;
        }
        true
    }

    async fn note(&mut self, message: ServerMessage, room: &Room) -> bool {
        match message {
            ServerMessage::Joined { seq, .. } => {
                self.log.heard.push(Heard::Joined(seq))
            }
            ServerMessage::Message {
                seq,
                name,
                text,
                id,
                ..
            } => {
                let author = name.to_string();
                let is_mine = author == self.log.who;
                let unheard = self.unheard.as_ref().map(|(id, _)| id);
                if is_mine && id.as_ref() == unheard {
                    self.unheard = None;
                }
                let (text, id) = (Some(text.to_string()), id.map(|id| id.to_string()));
                let what = What::Said { text, id };
                let entry = Entry { seq, author, what };
                self.log.heard.push(Heard::Entry(entry));
            }
            // Whoever wants to know where the room is now joins it again.
            ServerMessage::Dropped { .. } => {
                self.log.heard.push(Heard::Dropped);
                return self.join(room).await;
            }
            // The log was not able to: it may say that again, and does not.
            ServerMessage::Error(problem) => {
                if problem.code != ErrorCode::Unavailable {
                    self.log.complaints.push(format!("{problem:?}"));
                }
                self.unheard = None;
            }
            _ => {}
        }
        true
    }
}
