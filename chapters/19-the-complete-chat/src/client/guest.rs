//! Chapter 14's client, of somebody who is known.

use std::time::Duration;

use gatekeeping::protocol::{RoomInfo, ServerMessage, Welcome};
use history::protocol::{Room, ServerMessage as Two};
use history::{Client, ClientOptions, Connect, Notice};

/// Chapter 14's client in version 3 of the protocol.
#[derive(Debug)]
pub struct Guest<C: Connect> {
    client: Client<C>,
}

/// What a guest is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// There is a connection. These are the rooms that one is a member of.
    Connected(Welcome),
    /// There is none.
    Cut {
        /// Why.
        why: String,
        /// When the next attempt begins.
        wait: Duration,
    },
    /// The server says this.
    Told(Two),
    /// One is a member of this room now, or it has changed.
    Room(RoomInfo),
    /// One is no member of this room any more.
    Removed(Room),
    /// Another window of the same person has read so far.
    Read {
        /// The room.
        room: Room,
        /// The number of the last entry that was seen.
        seq: u64,
    },
    /// There will be no further attempt: somebody has to sign in again, as a rule.
    Failed(String),
}

impl<C: Connect> Guest<C> {
    /// A guest whose connections are made by `connect`.
    pub fn new(connect: C, options: ClientOptions) -> Self {
        let client = Client::over(connect, options);
        Self { client }
    }

    /// The client: to join rooms, and to say something there.
    pub fn client(&mut self) -> &mut Client<C> {
        &mut self.client
    }

    /// The next thing to tell; `None` after a [`News::Failed`]. It has to be called all the
    /// time.
    ///
    /// # Cancel safety
    ///
    /// Safe, as [`Client::next`].
    pub async fn next(&mut self) -> Option<News> {
        loop {
            let notice = self.client.next().await?;
            if let Some(news) = self.news(notice) {
                return Some(news);
            }
        }
    }

    /// `None` for what only a later version knows.
    fn news(&self, notice: Notice) -> Option<News> {
        let text = match notice {
            Notice::Connected => self.client.welcome()?.to_owned(),
            Notice::Unknown(text) => text,
            Notice::Cut { why, wait } => return Some(News::Cut { why, wait }),
            Notice::Told(message) => return Some(News::Told(message)),
            Notice::Failed(why) => return Some(News::Failed(why)),
        };
        Some(match ServerMessage::parse(&text).ok()?? {
            ServerMessage::Welcome(welcome) => News::Connected(welcome),
            ServerMessage::Room(room) => News::Room(room),
            ServerMessage::Removed(room) => News::Removed(room),
            ServerMessage::Read { room, seq } => News::Read { room, seq },
            ServerMessage::Two(message) => News::Told(message),
        })
    }
}
