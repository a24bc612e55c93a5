//! Who has an account, who is signed in, and who may go where.

mod accounts;
mod rooms;
mod sessions;

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::callers::Callers;
use crate::error::{Denied, KeeperError};
use crate::passwords::Passwords;
use crate::private;
use crate::settings::Settings;
use crate::store::sessions::Lasts;
use crate::store::{AccountId, Store, accounts as table};
use crate::tickets::Tickets;
use crate::tries::Counter;

pub use sessions::SignedIn;
pub(crate) use sessions::not_signed_in;

/// The file of the accounts in the data folder.
const DATABASE: &str = "accounts.db";

/// The file of the keys.
const KEYS: &str = "keys.toml";

/// Keeps accounts, sessions and tickets, and knows who is a member of which room. A clone is
/// another handle on the same one.
///
/// What it keeps is in a folder: `accounts.db`, and `keys.toml` with the keys that are mixed
/// into the passwords. The rooms' messages are none of its business.
#[derive(Clone)]
pub struct Keeper {
    inner: Arc<Inner>,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    report: Arc<dyn Fn(&KeeperError) + Send + Sync>,
}

struct Inner {
    settings: Settings,
    lasts: Lasts,
    store: Store,
    passwords: Passwords,
    tickets: Tickets,
    callers: Callers,
    sign_ins: Counter<IpAddr>,
    sign_ups: Counter<IpAddr>,
    wrong: Counter<(String, IpAddr)>,
    wrong_anywhere: Counter<String>,
    posts: Counter<AccountId>,
}

impl Keeper {
    /// Opens the accounts in this folder, or begins them. One password is hashed for that,
    /// which takes its time: call it before there is anybody to wait.
    ///
    /// # Errors
    ///
    /// When a setting or one of the files cannot be used; see [`KeeperError`].
    pub fn open(
        folder: impl AsRef<Path>,
        settings: Settings,
    ) -> Result<Self, KeeperError> {
        settings.check().map_err(KeeperError::Setting)?;
        let folder = folder.as_ref();
        private::make_folder(folder).map_err(|error| {
            KeeperError::Folder(folder.to_owned(), error.to_string())
        })?;
        let limits = &settings.limits;
        let (database, keys) = (folder.join(DATABASE), folder.join(KEYS));
        let (store, keys) = Store::open(&database, limits.database, &keys)?;
        let most = limits.remembered;
        let inner = Inner {
            lasts: Lasts::from(&settings.session),
            passwords: Passwords::new(keys, &settings.hashing)?,
            tickets: Tickets::new(settings.session.ticket, limits.tickets),
            callers: Callers::new(limits.connections),
            sign_ins: Counter::new(limits.sign_in_per_address, most),
            sign_ups: Counter::new(limits.sign_up_per_address, most),
            wrong: Counter::new(limits.wrong_per_address, most),
            wrong_anywhere: Counter::new(limits.wrong_per_name, most),
            posts: Counter::new(limits.posts_per_account, most),
            store,
            settings,
        };
        Ok(Self {
            inner: Arc::new(inner),
            clock: Arc::new(SystemTime::now),
            report: Arc::new(|_: &KeeperError| {}),
        })
    }

    /// With another clock than the system's, by which sessions end.
    #[must_use]
    pub fn timed(
        mut self,
        clock: impl Fn() -> SystemTime + Send + Sync + 'static,
    ) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Tells the operator what is wrong. A client is told only that it is to try again.
    #[must_use]
    pub fn reporting(
        mut self,
        report: impl Fn(&KeeperError) + Send + Sync + 'static,
    ) -> Self {
        self.report = Arc::new(report);
        self
    }

    /// What an operator has set.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// How many hashes of passwords were computed since it was opened.
    pub fn hashes(&self) -> u64 {
        self.inner.passwords.count()
    }

    /// How many connections there are of those who have shown a ticket.
    pub fn connections(&self) -> usize {
        self.inner.callers.count()
    }

    /// How many passwords were hashed with this key of `keys.toml`. When there are none, the
    /// key can be retired.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Nothing comes of it when it is dropped.
    pub async fn passwords_under(&self, key: &str) -> Result<u64, KeeperError> {
        let read = self.inner.store.read(|database| Ok(table::keys(database)?));
        let keys = read.await.map_err(|denied| match denied {
            Denied::Trouble(error) => error,
            Denied::Problem(_) | Denied::Later(_) => KeeperError::Stopped,
        })?;
        let under = keys.into_iter().find(|(id, _)| id == key);
        Ok(under.map_or(0, |(_, passwords)| passwords))
    }

    /// Writes a whole copy of the accounts into another file, which is not there yet, while
    /// everything goes on. The keys are not in it.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, the copy is made all the same.
    pub async fn copy_to(&self, path: impl Into<PathBuf>) -> Result<(), KeeperError> {
        self.inner.store.copy_to(path.into()).await
    }

    /// Closes the accounts, also for its clones. When this resolves with `Ok`, everything is
    /// in the database's file.
    ///
    /// # Errors
    ///
    /// What the disk says. Nothing is lost then.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, they are closed or not.
    pub async fn close(self) -> Result<(), KeeperError> {
        self.inner.store.close().await
    }

    pub(crate) fn report(&self, error: &KeeperError) {
        (self.report)(error);
    }

    /// Seconds since 1970.
    fn now(&self) -> i64 {
        let since = (self.clock)().duration_since(UNIX_EPOCH);
        since.map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        })
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}
