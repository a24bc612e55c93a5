//! Who has an account.

use history::protocol::Name;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{AccountId, Fault, count, unsigned};
use crate::api::{ErrorCode, Problem};
use crate::names::Chosen;
use crate::passwords::Hashed;

/// An account, as it is kept.
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) name: Name,
    pub(crate) password: Hashed,
}

/// A name out of the database, which was checked when it came in.
pub(super) fn name(row: &Row<'_>, column: usize) -> rusqlite::Result<Name> {
    let text: String = row.get(column)?;
    Name::new(&text).map_err(|problem| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, problem.into())
    })
}

/// Adds an account.
pub(crate) fn add(
    database: &Connection,
    chosen: &Chosen,
    password: &Hashed,
    now: i64,
) -> Result<AccountId, Fault> {
    is_free(database, chosen)?;
    let add = "INSERT INTO accounts (name, key, password, pepper, created)
        VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";
    let row = params![
        chosen.name.as_str(),
        chosen.key,
        password.phc,
        password.key,
        now
    ];
    let id = database.query_row(add, row, |row| row.get(0))?;
    for look in [&chosen.key, &chosen.look] {
        database.execute(
            "INSERT OR IGNORE INTO looks (look, account) VALUES (?1, ?2)",
            params![look, id],
        )?;
    }
    Ok(id)
}

/// Whether nobody is called so, or so that it looks the same.
pub(crate) fn is_free(database: &Connection, chosen: &Chosen) -> Result<(), Fault> {
    let taken = "SELECT count(*) FROM looks WHERE look IN (?1, ?2)";
    if count(database, taken, [&chosen.key, &chosen.look])? == 0 {
        return Ok(());
    }
    let text = "somebody has this name, or one that looks like it";
    Err(Problem::new(ErrorCode::NameTaken, text).at("name").into())
}

/// The account that is found by this key.
pub(crate) fn by_key(
    database: &Connection,
    key: &str,
) -> rusqlite::Result<Option<Account>> {
    let select = "SELECT id, name, password, pepper FROM accounts WHERE key = ?1";
    database.query_row(select, [key], account).optional()
}

/// The account with this number.
pub(crate) fn by_id(
    database: &Connection,
    id: AccountId,
) -> rusqlite::Result<Option<Account>> {
    let select = "SELECT id, name, password, pepper FROM accounts WHERE id = ?1";
    database.query_row(select, [id], account).optional()
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let (id, name) = (row.get(0)?, name(row, 1)?);
    let (phc, key) = (row.get(2)?, row.get(3)?);
    let password = Hashed { phc, key };
    Ok(Account { id, name, password })
}

/// Keeps another hash, if that of before is still the one that was tried.
pub(crate) fn set_password(
    database: &Connection,
    id: AccountId,
    before: &Hashed,
    password: &Hashed,
) -> rusqlite::Result<bool> {
    let update = "UPDATE accounts SET password = ?3, pepper = ?4
        WHERE id = ?1 AND password = ?2";
    let row = params![id, before.phc, password.phc, password.key];
    Ok(database.execute(update, row)? == 1)
}

/// How many passwords were hashed with each key.
pub(crate) fn keys(database: &Connection) -> rusqlite::Result<Vec<(String, u64)>> {
    let select = "SELECT pepper, count(*) FROM accounts GROUP BY pepper";
    let mut select = database.prepare(select)?;
    let keys = select.query_map([], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?;
    keys.collect()
}
