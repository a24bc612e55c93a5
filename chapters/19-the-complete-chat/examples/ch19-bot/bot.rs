//! Somebody who answers.

use std::collections::BTreeSet;
use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chat::protocol::ErrorCode as One;
use gatekeeping::protocol::{Kind, RoomInfo};
use history::Connect;
use history::protocol::{ErrorCode, MessageId, Problem, Room, ServerMessage, Text};
use the_complete_chat::client::{Guest, News};
use tokio::time::sleep;

use crate::answers::{Answer, answer};
use crate::memory::{Memory, Reminder};

/// A bot in the rooms that it is a member of.
pub(crate) struct Bot<C: Connect> {
    guest: Guest<C>,
    memory: Memory,
    me: String,
    rooms: BTreeSet<Room>,
    /// The reminder that is on its way.
    reminding: Option<(Room, MessageId)>,
    /// Whether there is something to be written down.
    is_changed: bool,
}

impl<C: Connect> Bot<C> {
    pub(crate) fn new(guest: Guest<C>, memory: Memory) -> Self {
        Self {
            guest,
            memory,
            me: String::new(),
            rooms: BTreeSet::new(),
            reminding: None,
            is_changed: false,
        }
    }

    /// Answers until the session ends, and gives the reason. The next one goes on from what
    /// stands in the file.
    pub(crate) async fn run(mut self) -> Result<String, Box<dyn Error>> {
        loop {
            let due = self.memory.first().map(|reminder| reminder.due);
            tokio::select! {
                news = self.guest.next() => match news {
                    Some(News::Failed(why)) => return Ok(why),
                    Some(news) => self.hear(news)?,
                    None => return Ok("it is over".to_owned()),
                },
                () = until(due), if self.reminding.is_none() => self.remind()?,
            }
        }
    }

    fn hear(&mut self, news: News) -> Result<(), Box<dyn Error>> {
        match news {
            News::Connected(welcome) => {
                self.me = welcome.name.to_string();
                let rooms = &welcome.rooms;
                let is_mine = |room: &Room| rooms.iter().any(|info| info.room == *room);
                self.rooms.retain(is_mine);
                rooms.iter().for_each(|info| self.enter(info));
            }
            News::Room(info) => self.enter(&info),
            News::Removed(room) => drop(self.rooms.remove(&room)),
            News::Told(ServerMessage::Message {
                room,
                seq,
                name,
                text: Some(text),
                ..
            }) if name != self.me => self.reply(&room, seq, &name, &text)?,
            News::Told(ServerMessage::Accepted { room, id, .. }) => {
                self.done(&(room, id));
            }
            // From here on it is known where it was.
            News::Told(ServerMessage::Joined { .. }) => self.is_changed = true,
            News::Told(ServerMessage::Error(problem)) => self.refused(problem),
            _ => {}
        }
        self.remember()
    }

    /// Goes on where it was. In a public room that is new, it answers from now on; in any
    /// other, somebody may have asked already.
    fn enter(&mut self, info: &RoomInfo) {
        if self.rooms.insert(info.room.clone()) {
            let known = self.memory.cursors.get(&info.room).copied();
            let cursor = known.or((info.kind != Kind::Public).then_some(0));
            self.guest.client().join(info.room.clone(), cursor);
        }
    }

    /// What is answered has an id that is made of the question's number: whatever is cut or
    /// killed, and however often it is asked again, the answer is there once.
    fn reply(
        &mut self,
        room: &Room,
        seq: u64,
        name: &str,
        text: &str,
    ) -> Result<(), Box<dyn Error>> {
        let words = match answer(text, |sides| rand::random_range(1..=sides)) {
            None => return Ok(()),
            Some(Answer::Say(words)) => words,
            Some(Answer::Remind(time, of)) => {
                let kept = self.memory.keep(Reminder {
                    room: room.clone(),
                    id: MessageId::new(&format!("reminder-{seq}"))?,
                    text: format!("{name}, you wanted to be reminded: {of}"),
                    due: now() + time.as_secs(),
                });
                match kept {
                    true => format!("{name}, I will remind you"),
                    false => "I have too much to think of already".to_owned(),
                }
            }
        };
        self.say(MessageId::new(&format!("answer-{seq}"))?, room, &words)
    }

    fn say(
        &mut self,
        id: MessageId,
        room: &Room,
        words: &str,
    ) -> Result<(), Box<dyn Error>> {
        self.is_changed = true;
        let words: String = words.chars().take(1000).collect();
        let text = Text::new(&words)?;
        // Who asks for more than a thousand things at once is not answered all of them.
        let _too_many = self.guest.client().say_as(id, room.clone(), text);
        Ok(())
    }

    /// Says what is due. It is forgotten when it is accepted, and not before.
    fn remind(&mut self) -> Result<(), Box<dyn Error>> {
        let Some(reminder) = self.memory.first().cloned() else {
            return Ok(());
        };
        let Reminder { room, id, text, .. } = reminder;
        self.reminding = Some((room.clone(), id.clone()));
        self.say(id, &room, &text)
    }

    fn done(&mut self, said: &(Room, MessageId)) {
        if self.reminding.as_ref() == Some(said) {
            self.reminding = None;
            let (room, id) = said;
            let reminders = &mut self.memory.reminders;
            reminders.retain(|it| (&it.room, &it.id) != (room, id));
        }
    }

    /// What will not be taken later either is done with: `id_in_use` means that another run
    /// of this bot has answered, with other dice.
    fn refused(&mut self, problem: Problem) {
        let is_for_now =
            matches!(problem.code, ErrorCode::One(One::Rate | One::Unavailable));
        if let (false, Some(id), Some(room)) = (is_for_now, problem.id, problem.room) {
            self.done(&(room, id));
        }
    }

    /// When nothing waits for its answer, everything up to here is answered.
    fn remember(&mut self) -> Result<(), Box<dyn Error>> {
        let client = self.guest.client();
        if !self.is_changed || client.pending() > 0 {
            return Ok(());
        }
        self.is_changed = false;
        for room in &self.rooms {
            if let Some(cursor) = client.cursor(room) {
                self.memory.cursors.insert(room.clone(), cursor);
            }
        }
        Ok(self.memory.save()?)
    }
}

/// In seconds since 1970-01-01 UTC.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

/// Waits until this second; for ever, if there is none.
async fn until(due: Option<u64>) {
    match due {
        None => std::future::pending().await,
        Some(due) => sleep(Duration::from_secs(due.saturating_sub(now()))).await,
    }
}
