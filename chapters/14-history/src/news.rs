//! What a client is told of its rooms: what it has missed, and what happens.

use std::collections::BTreeSet;

use chat::protocol::{Room, ServerMessage as One};

use crate::fan_out::FanOut;
use crate::gate::Gate;
use crate::hall::{Missed, Piece, Seat, Untold};
use crate::line::{Gone, Line, Told};
use crate::log::{Entry, RoomLog};
use crate::protocol::{Join, MAX_RESUMED, ServerMessage, VERSION};
use crate::session::{Failure, Guest, Place, Session};

/// How many entries are read from the log at a time.
const PIECE: usize = 100;

impl<T: Line, L: RoomLog, F: FanOut, G: Gate> Session<T, L, F, G> {
    /// Enters a room. What has come since the client was last here is told behind the
    /// answer.
    pub(crate) async fn join(
        &mut self,
        guest: &mut Guest<F, G::Pass>,
        join: Join,
    ) -> Result<(), Failure> {
        let Join { room, after } = join;
        self.chat.gate.may_enter(&guest.pass, &room).await?;
        // First the seat, then a look at the log: what comes in between is news and in the
        // log, and by its number it is told once.
        let (seat, told) = match guest.rooms.remove(&room) {
            Some(Place { seat, cursor }) => (seat, Some(cursor)),
            None => {
                let (name, fan_out) = (guest.name.clone(), &self.chat.fan_out);
                (Seat::take(fan_out, &room, name, &guest.bell), None)
            }
        };
        let last = match self.chat.log.after(room.as_str(), u64::MAX, 0).await {
            Ok(since) => since.last,
            Err(error) => {
                // Nothing has come of it: who was there is there.
                let place = told.map(|cursor| Place { seat, cursor });
                guest.rooms.extend(place.map(|place| (room, place)));
                return Err(self.chat.unavailable(&error).into());
            }
        };
        let cursor = told.unwrap_or(last);
        let mut place = Place { seat, cursor };
        self.catch_up(guest.version, &room, &mut place, last)
            .await?;
        self.tell_joined(guest.version, &room, &place).await?;
        if let Some(after) = after {
            place.cursor = after;
            self.resume(guest.version, &room, &mut place, last).await?;
        }
        // What came meanwhile has rung the bell before this client could be told.
        guest.bell.ring(&room);
        guest.rooms.insert(room, place);
        Ok(())
    }

    async fn tell_joined(
        &mut self,
        version: u32,
        room: &Room,
        place: &Place<F>,
    ) -> Result<(), Gone> {
        let (room, seq, members) = (room.clone(), place.cursor, place.seat.members());
        let joined = ServerMessage::Joined { room, seq, members };
        self.tell(version, joined).await
    }

    /// As [`catch_up`](Self::catch_up), for a client that may have been away for long.
    async fn resume(
        &mut self,
        version: u32,
        room: &Room,
        place: &mut Place<F>,
        last: u64,
    ) -> Result<(), Gone> {
        let before = last.saturating_sub(MAX_RESUMED);
        if place.cursor < before {
            let first = place.cursor + 1;
            self.tell_gap(version, room, first, before).await?;
            place.cursor = before;
        }
        self.catch_up(version, room, place, last).await
    }

    /// Tells a client what it has not been told, up to the entry `last`: from the log.
    async fn catch_up(
        &mut self,
        version: u32,
        room: &Room,
        place: &mut Place<F>,
        last: u64,
    ) -> Result<(), Gone> {
        if place.cursor > last {
            // It has seen what is not there: the log was put back to an earlier state.
            let seen = std::mem::replace(&mut place.cursor, last);
            return self.tell_gap(version, room, last + 1, seen).await;
        }
        while place.cursor < last {
            let log = &self.chat.log;
            let since = match log.after(room.as_str(), place.cursor, PIECE).await {
                Ok(since) => since,
                Err(error) => {
                    let problem =
                        self.chat.unavailable(&error).in_room(Some(room.clone()));
                    self.tell(version, ServerMessage::Error(problem)).await?;
                    self.line
                        .close(1013, "the history cannot be read; come back later");
                    return Err(Gone);
                }
            };
            let next = since.entries.first().map_or(last + 1, |entry| entry.seq);
            if next > place.cursor + 1 {
                let first = place.cursor + 1;
                self.tell_gap(version, room, first, next - 1).await?;
                place.cursor = next - 1;
            }
            self.tell_entries(version, room, place, &since.entries)
                .await?;
        }
        Ok(())
    }

    async fn tell_entries(
        &mut self,
        version: u32,
        room: &Room,
        place: &mut Place<F>,
        entries: &[Entry],
    ) -> Result<(), Gone> {
        for entry in entries {
            let message = ServerMessage::of(room.clone(), entry);
            self.tell(version, message).await?;
            place.cursor = entry.seq;
        }
        Ok(())
    }

    async fn tell_gap(
        &mut self,
        version: u32,
        room: &Room,
        first: u64,
        last: u64,
    ) -> Result<(), Gone> {
        let room = room.clone();
        self.tell(version, ServerMessage::Gap { room, first, last })
            .await
    }

    /// Tells what has happened in these rooms.
    pub(crate) async fn tell_news(
        &mut self,
        guest: &mut Guest<F, G::Pass>,
        rooms: BTreeSet<Room>,
    ) -> Result<(), Gone> {
        for room in rooms {
            if let Some(mut place) = guest.rooms.remove(&room) {
                self.tell_news_of(guest.version, &room, &mut place).await?;
                guest.rooms.insert(room, place);
            }
        }
        Ok(())
    }

    async fn tell_news_of(
        &mut self,
        version: u32,
        room: &Room,
        place: &mut Place<F>,
    ) -> Result<(), Gone> {
        let Untold { pieces, missed } = place.seat.untold();
        if let Some(missed) = missed {
            self.tell_missed(version, room, place.cursor, missed)
                .await?;
        }
        for Piece { seq, frames, .. } in pieces {
            match seq {
                Some(seq) if seq <= place.cursor => continue,
                // The log is the truth; the news says only how far it goes.
                Some(seq) if seq > place.cursor + 1 => {
                    self.catch_up(version, room, place, seq).await?;
                }
                Some(seq) => {
                    self.line.tell(frames.in_version(version)).await?;
                    place.cursor = seq;
                }
                None => self.line.tell(frames.in_version(version)).await?,
            }
        }
        Ok(())
    }

    /// So many came and went that not all of it is told: who is here is told instead. In
    /// version 1, whoever wants to know joins again.
    async fn tell_missed(
        &mut self,
        version: u32,
        room: &Room,
        seq: u64,
        missed: Missed,
    ) -> Result<(), Gone> {
        let (room, Missed { count, members }) = (room.clone(), missed);
        if version == VERSION {
            let joined = ServerMessage::Joined { room, seq, members };
            return self.tell(version, joined).await;
        }
        let dropped = One::Dropped { room, count }.to_json();
        self.line.tell(&Told::new(&dropped)).await
    }
}
