//! Who is signed in.

use history::protocol::Name;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::AccountId;
use super::accounts::name;
use crate::settings::Lifetimes;
use crate::token::TokenHash;

/// A session, by its number in the database.
pub(crate) type SessionId = i64;

/// A session that has not ended. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) account: AccountId,
    pub(crate) name: Name,
    pub(crate) used: i64,
    pub(crate) expires: i64,
}

/// What a session lasts, in whole seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lasts {
    idle: i64,
    absolute: i64,
}

impl From<&Lifetimes> for Lasts {
    fn from(lifetimes: &Lifetimes) -> Self {
        let seconds = |time: std::time::Duration| {
            // A thousand years are for ever.
            i64::try_from(time.as_secs())
                .unwrap_or(i64::MAX)
                .min(1 << 35)
        };
        Self {
            idle: seconds(lifetimes.idle),
            absolute: seconds(lifetimes.absolute),
        }
    }
}

impl Lasts {
    /// After how many seconds a use is written down again.
    pub(crate) fn grain(self) -> i64 {
        (self.idle / 100).min(3600)
    }
}

/// Begins a session. Those that have ended are forgotten, and of this account as many as
/// there may be are kept; the numbers of those that are ended by that.
pub(crate) fn begin(
    database: &Connection,
    account: AccountId,
    token: &TokenHash,
    most: usize,
    lasts: Lasts,
    now: i64,
) -> rusqlite::Result<Vec<SessionId>> {
    database.execute(
        "DELETE FROM sessions WHERE used <= ?1 OR created <= ?2",
        params![now - lasts.idle, now - lasts.absolute],
    )?;
    database.execute(
        "INSERT INTO sessions (account, token, created, used) VALUES (?1, ?2, ?3, ?3)",
        params![account, token, now],
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut delete = database.prepare(
        "DELETE FROM sessions WHERE id IN (
            SELECT id FROM sessions WHERE account = ?1
            ORDER BY used DESC, id DESC LIMIT -1 OFFSET ?2)
        RETURNING id",
    )?;
    let ended = delete.query_map(params![account, most], |row| row.get(0))?;
    ended.collect()
}

const SELECT: &str = "
    SELECT sessions.id, account, name, used, min(used + ?2, sessions.created + ?3) AS expires
    FROM sessions JOIN accounts ON accounts.id = account";

/// The session with this token, if it has not ended.
pub(crate) fn by_token(
    database: &Connection,
    token: &TokenHash,
    lasts: Lasts,
    now: i64,
) -> rusqlite::Result<Option<Session>> {
    let select = format!("{SELECT} WHERE token = ?1 AND expires > ?4");
    let row = params![token, lasts.idle, lasts.absolute, now];
    database.query_row(&select, row, session).optional()
}

/// The session with this number, if it has not ended.
pub(crate) fn by_id(
    database: &Connection,
    id: SessionId,
    lasts: Lasts,
    now: i64,
) -> rusqlite::Result<Option<Session>> {
    let select = format!("{SELECT} WHERE sessions.id = ?1 AND expires > ?4");
    let row = params![id, lasts.idle, lasts.absolute, now];
    database.query_row(&select, row, session).optional()
}

fn session(row: &rusqlite::Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get(0)?,
        account: row.get(1)?,
        name: name(row, 2)?,
        used: row.get(3)?,
        expires: row.get(4)?,
    })
}

/// It has been used.
pub(crate) fn touch(
    database: &Connection,
    id: SessionId,
    now: i64,
) -> rusqlite::Result<()> {
    let update = "UPDATE sessions SET used = max(used, ?2) WHERE id = ?1";
    database.execute(update, [id, now]).map(|_| ())
}

/// Ends the session with this token, and gives its account and number.
pub(crate) fn end(
    database: &Connection,
    token: &TokenHash,
) -> rusqlite::Result<Option<(AccountId, SessionId)>> {
    let delete = "DELETE FROM sessions WHERE token = ?1 RETURNING account, id";
    let ended =
        database.query_row(delete, [token], |row| Ok((row.get(0)?, row.get(1)?)));
    ended.optional()
}

/// Gives a session another token, and ends all others of its account.
pub(crate) fn rotate(
    database: &Connection,
    session: &Session,
    token: &TokenHash,
) -> rusqlite::Result<bool> {
    database.execute(
        "DELETE FROM sessions WHERE account = ?1 AND id <> ?2",
        [session.account, session.id],
    )?;
    let update = "UPDATE sessions SET token = ?2 WHERE id = ?1";
    Ok(database.execute(update, params![session.id, token])? == 1)
}
