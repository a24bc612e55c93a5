//! Rooms and their members.

use history::Order;
use history::protocol::Room;

use super::{Keeper, SignedIn};
use crate::api::{ErrorCode, Kind, NewRoom, Problem, RoomInfo, Rooms};
use crate::callers::Callers;
use crate::error::Denied;
use crate::names;
use crate::protocol::ServerMessage;
use crate::store::rooms;
use crate::store::{AccountId, Fault, accounts, members};

/// Stands in the names of rooms that are not public, before what is random, and in no other.
const MARK: &str = "--";

/// The most characters that are chosen of a private room's name.
const LONGEST: usize = 32;

/// A room as its members see it, who are to be told.
type Views = Vec<(AccountId, RoomInfo)>;

impl Keeper {
    /// The rooms that somebody may know of.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Nothing comes of it when it is dropped.
    pub async fn rooms(&self, who: &SignedIn) -> Result<Rooms, Denied> {
        let account = who.session.account;
        let read = self
            .inner
            .store
            .read(move |database| Ok(members::all(database, account)?));
        let rooms = read.await?;
        Ok(Rooms { rooms })
    }

    /// Makes a public or a private room, with one member.
    ///
    /// # Errors
    ///
    /// When there is a public room with this name, and when there are too many.
    ///
    /// # Cancel safety
    ///
    /// As for all changes of rooms: when it is dropped, it is done all the same, or was not
    /// begun.
    pub async fn create_room(
        &self,
        who: &SignedIn,
        new: &NewRoom,
    ) -> Result<RoomInfo, Denied> {
        let (room, kind) = (name_of(new)?, new.kind);
        let (limits, own) = (self.inner.settings.limits.clone(), who.session.account);
        let added = self.inner.store.write(
            move |database| {
                let id = rooms::add(database, &room, kind, own, &limits)?;
                Ok(members::view(database, id, own)?)
            },
            self.telling(own),
        );
        added.await
    }

    /// Enters a public room.
    ///
    /// # Errors
    ///
    /// When there is none of this name.
    pub async fn enter(&self, who: &SignedIn, room: &str) -> Result<RoomInfo, Denied> {
        let room = read_room(room)?;
        let (limits, own) = (self.inner.settings.limits.clone(), who.session.account);
        let entered = self.inner.store.write(
            move |database| {
                let id = rooms::enter(database, &room, own, &limits)?;
                Ok(members::view(database, id, own)?)
            },
            self.telling(own),
        );
        entered.await
    }

    /// Makes somebody else a member of a private room.
    ///
    /// # Errors
    ///
    /// When who invites is no member, when the room is not private, when nobody is called so,
    /// and when there are too many members, or invitations of the same person.
    pub async fn invite(
        &self,
        who: &SignedIn,
        room: &str,
        whom: &str,
    ) -> Result<(), Denied> {
        let (room, key) = (read_room(room)?, names::key(whom));
        let (limits, own) = (self.inner.settings.limits.clone(), who.session.account);
        let callers = self.inner.callers.clone();
        let invited = self.inner.store.write(
            move |database| {
                rooms::of_member(database, &room, own)?;
                let whom = person(database, &key)?;
                let id = rooms::invite(database, &room, own, whom, &limits)?;
                Ok(members::views(database, id)?)
            },
            move |views: &Views| tell_room(&callers, views),
        );
        invited.await.map(|_| ())
    }

    /// The room of two people. Both are members of it from then on, again if one has left it.
    ///
    /// # Errors
    ///
    /// When nobody is called so.
    pub async fn direct(&self, who: &SignedIn, whom: &str) -> Result<RoomInfo, Denied> {
        let key = names::key(whom);
        let new = Room::new(&format!("dm{MARK}{}", random())).map_err(malformed)?;
        let (limits, own) = (self.inner.settings.limits.clone(), who.session.account);
        let callers = self.inner.callers.clone();
        let direct = self.inner.store.write(
            move |database| {
                let other = person(database, &key)?;
                if other == own {
                    let text = "that is you";
                    let problem = Problem::new(ErrorCode::Malformed, text).at("name");
                    return Err(problem.into());
                }
                let id = rooms::direct(database, own, other, &new, &limits)?;
                Ok((
                    members::views(database, id)?,
                    members::view(database, id, own)?,
                ))
            },
            move |(views, _): &(Views, RoomInfo)| tell_room(&callers, views),
        );
        let (_, info) = direct.await?;
        Ok(info)
    }

    /// Leaves a room for good, in all windows. The others see who is left in a private one.
    ///
    /// # Errors
    ///
    /// When one is no member of it.
    pub async fn leave(&self, who: &SignedIn, room: &str) -> Result<(), Denied> {
        let room = read_room(room)?;
        let (own, callers) = (who.session.account, self.inner.callers.clone());
        let left = self.inner.store.write(
            move |database| {
                let (id, kind) = rooms::of_member(database, &room, own)?;
                members::remove(database, id, own)?;
                let views = match kind {
                    Kind::Private => members::views(database, id)?,
                    Kind::Public | Kind::Direct => Views::new(),
                };
                Ok((room, views))
            },
            move |(room, views): &(Room, Views)| {
                callers.order(own, &Order::Leave(room.clone()));
                let removed = ServerMessage::Removed(room.clone());
                callers.order(own, &Order::Tell(removed.to_json()));
                tell_room(&callers, views);
            },
        );
        left.await.map(|_| ())
    }

    /// Somebody has read so far in a room. Who has read further before has read further.
    ///
    /// # Errors
    ///
    /// When one is no member of it.
    pub async fn read_to(
        &self,
        who: &SignedIn,
        room: &str,
        seq: u64,
    ) -> Result<(), Denied> {
        let room = read_room(room)?;
        if seq > history::protocol::MAX_NUMBER {
            let text = "a number up to 9007199254740991 is expected";
            return Err(Problem::new(ErrorCode::Malformed, text).at("seq").into());
        }
        let (own, callers) = (who.session.account, self.inner.callers.clone());
        let read = self.inner.store.write(
            move |database| {
                let (id, _) = rooms::of_member(database, &room, own)?;
                Ok((room, members::read_to(database, id, own, seq)?))
            },
            move |(room, seq): &(Room, u64)| {
                let (room, seq) = (room.clone(), *seq);
                let read = ServerMessage::Read { room, seq };
                callers.order(own, &Order::Tell(read.to_json()));
            },
        );
        read.await.map(|_| ())
    }

    /// Whether an account is a member of a room.
    pub(crate) async fn is_member(
        &self,
        account: AccountId,
        room: &Room,
    ) -> Result<bool, Denied> {
        let room = room.clone();
        let found = self.inner.store.read(move |database| {
            match rooms::of_member(database, &room, account) {
                Ok(_) => Ok(true),
                Err(Fault::Refused(_)) => Ok(false),
                Err(fault) => Err(fault),
            }
        });
        found.await
    }

    /// The rooms of an account.
    pub(crate) async fn rooms_of(
        &self,
        account: AccountId,
    ) -> Result<Vec<RoomInfo>, Denied> {
        let read = self
            .inner
            .store
            .read(move |database| Ok(members::own(database, account)?));
        read.await
    }

    /// Tells all windows of an account of a room that it is in.
    fn telling(&self, account: AccountId) -> impl FnOnce(&RoomInfo) + Send + 'static {
        let callers = self.inner.callers.clone();
        move |info| tell_room(&callers, &vec![(account, info.clone())])
    }
}

fn tell_room(callers: &Callers, views: &Views) {
    for (account, view) in views {
        let told = ServerMessage::Room(view.clone());
        callers.order(*account, &Order::Tell(told.to_json()));
    }
}

fn person(database: &rusqlite::Connection, key: &str) -> Result<AccountId, Fault> {
    let found = accounts::by_key(database, key)?;
    let text = "nobody is called so";
    let nobody = || Problem::new(ErrorCode::NoSuchPerson, text).at("name");
    Ok(found.ok_or_else(nobody)?.id)
}

/// A room that a client names. One that cannot be is one that is not there.
fn read_room(room: &str) -> Result<Room, Problem> {
    Room::new(room).map_err(|_| rooms::no_such_room())
}

/// How a new room is called. Whoever chooses the whole name of a private room could find out
/// by trying which there are; so a part of it is random, and no public room can be called so.
fn name_of(new: &NewRoom) -> Result<Room, Problem> {
    let wrong = |text: &str| Problem::new(ErrorCode::Malformed, text).at("room");
    let room = Room::new(&new.room).map_err(malformed)?;
    if room.as_str().contains(MARK) {
        return Err(wrong("it has --, which is for rooms that are not public"));
    }
    match new.kind {
        Kind::Public => Ok(room),
        Kind::Private if room.as_str().len() > LONGEST => Err(wrong(
            "the name of a private room has 32 characters at most",
        )),
        Kind::Private => {
            Room::new(&format!("{room}{MARK}{}", random())).map_err(malformed)
        }
        Kind::Direct => {
            let text = "a room for two is made with /api/direct";
            Err(Problem::new(ErrorCode::Malformed, text).at("kind"))
        }
    }
}

fn malformed(problem: chat::protocol::Problem) -> Problem {
    Problem::new(ErrorCode::Malformed, problem.text).at("room")
}

/// 40 random bits in eight characters.
fn random() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte % 32)]);
    rand::random::<[u8; 8]>().into_iter().map(letter).collect()
}
