//! Passwords: which ones are taken, and how they are hashed and tried.

mod cost;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use unicode_normalization::UnicodeNormalization as _;

use crate::api::{ErrorCode, Problem, Secret};
use crate::error::{Denied, KeeperError};
use crate::keys::Keys;
use crate::settings::{BadSetting, Hashing};

/// The most characters of a new password.
const LONGEST: usize = 256;

/// The fewest different characters of one.
const DIFFERENT: usize = 5;

/// What everybody tries first.
const KNOWN: [&str; 12] = [
    "password1234",
    "passwordpassword",
    "password12345",
    "123456789012",
    "1234567890123",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwerty123456",
    "iloveyou1234",
    "administrator",
    "correcthorsebatterystaple",
    "correct horse battery staple",
];

/// What a password was made into.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Hashed {
    /// The hash with its salt and what it cost, as a PHC string. The key is not in it.
    pub(crate) phc: String,
    /// The id of the key that was mixed into it.
    pub(crate) key: String,
}

/// What came of trying a password.
#[derive(PartialEq, Eq)]
pub(crate) enum Tried {
    /// It is another one.
    Wrong,
    /// It is this one.
    Right,
    /// It is this one, and here is a hash of it with the current key and cost.
    Renewed(Hashed),
}

/// Hashes passwords, a few at a time: each takes memory and time by design, so whoever may
/// make a server hash as many as he likes has the server.
#[derive(Clone)]
pub(crate) struct Passwords(Arc<Inner>);

struct Inner {
    keys: Keys,
    params: Params,
    places: Arc<Semaphore>,
    line: Arc<Semaphore>,
    /// Of no password that anybody knows.
    nobodys: Hashed,
    hashed: AtomicU64,
}

impl Passwords {
    /// Takes as long as hashing one.
    ///
    /// # Errors
    ///
    /// When Argon2 cannot work with this cost.
    pub(crate) fn new(keys: Keys, hashing: &Hashing) -> Result<Self, KeeperError> {
        let params = Params::new(hashing.memory, hashing.passes, 1, None);
        let params = params.map_err(|_| {
            let rule = "more than Argon2 can do";
            KeeperError::Setting(BadSetting {
                setting: "hashing",
                rule,
            })
        })?;
        let nobody: [u8; 32] = rand::random();
        let nobodys = hash(&keys, &params, &nobody)?;
        let places = Arc::new(Semaphore::new(hashing.at_once));
        let line = Arc::new(Semaphore::new(hashing.at_once + hashing.waiting));
        let hashed = AtomicU64::new(1);
        Ok(Self(Arc::new(Inner {
            keys,
            params,
            places,
            line,
            nobodys,
            hashed,
        })))
    }

    /// How many hashes were computed so far.
    pub(crate) fn count(&self) -> u64 {
        self.0.hashed.load(Ordering::Relaxed)
    }

    /// Hashes a new password.
    ///
    /// # Errors
    ///
    /// When too many wait for it already.
    ///
    /// # Cancel safety
    ///
    /// Nothing comes of it when it is dropped, but the work that has begun is done.
    pub(crate) async fn hash(&self, password: &Secret) -> Result<Hashed, Denied> {
        let bytes = bytes(password);
        self.work(move |inner| inner.hash(&bytes)).await
    }

    /// Tries a password. Where there is nothing to try it on, it takes as long and is wrong.
    ///
    /// # Errors
    ///
    /// As [`hash`](Self::hash).
    ///
    /// # Cancel safety
    ///
    /// As `hash`.
    pub(crate) async fn try_on(
        &self,
        password: &Secret,
        kept: Option<Hashed>,
    ) -> Result<Tried, Denied> {
        let bytes = bytes(password);
        self.work(move |inner| match kept {
            Some(kept) => inner.try_on(&bytes, &kept),
            None => inner.try_on(&bytes, &inner.nobodys).map(|_| Tried::Wrong),
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, KeeperError> + Send + 'static,
    ) -> Result<T, Denied> {
        let inner = Arc::clone(&self.0);
        let stands = Arc::clone(&inner.line).try_acquire_owned();
        let stands: OwnedSemaphorePermit = stands.map_err(|_full| busy())?;
        let place = Arc::clone(&inner.places).acquire_owned().await;
        let place = place.map_err(|_closed| KeeperError::Stopped)?;
        let done = spawn_blocking(move || {
            // Whoever asked may be gone, and the work still takes its place.
            let _places = (stands, place);
            work(&inner)
        });
        Ok(done.await.map_err(|_| KeeperError::Stopped)??)
    }
}

impl Inner {
    fn hash(&self, password: &[u8]) -> Result<Hashed, KeeperError> {
        self.hashed.fetch_add(1, Ordering::Relaxed);
        hash(&self.keys, &self.params, password)
    }

    /// `argon2` compares in constant time, whatever the first bytes are.
    fn try_on(&self, password: &[u8], kept: &Hashed) -> Result<Tried, KeeperError> {
        self.hashed.fetch_add(1, Ordering::Relaxed);
        let argon2 = argon2(&self.keys, &kept.key, &self.params)?;
        // What it cost stands in the PHC string.
        if argon2.verify_password(password, kept.phc.as_str()).is_err() {
            self.make_up(password, &kept.phc)?;
            return Ok(Tried::Wrong);
        }
        if kept.key == self.keys.current() && cost::is(&kept.phc, &self.params) {
            return Ok(Tried::Right);
        }
        self.hash(password).map(Tried::Renewed)
    }
}

impl Inner {
    /// Does what is missing of the work when a hash cost less than hashes do now: what
    /// nobody's takes is what everybody's takes.
    fn make_up(&self, password: &[u8], phc: &str) -> Result<(), KeeperError> {
        let missing = cost::of(phc).and_then(|then| cost::missing(&then, &self.params));
        let Some(missing) = missing else {
            return Ok(());
        };
        self.hashed.fetch_add(1, Ordering::Relaxed);
        hash(&self.keys, &missing, password).map(|_| ())
    }
}

/// The same password however it is typed: an `é` may come as one character or as two.
fn bytes(password: &Secret) -> Vec<u8> {
    password.reveal().nfkc().collect::<String>().into_bytes()
}

fn argon2<'k>(
    keys: &'k Keys,
    id: &str,
    params: &Params,
) -> Result<Argon2<'k>, KeeperError> {
    let key = keys.get(id).ok_or_else(|| KeeperError::MissingKey {
        path: keys.path().to_owned(),
        key: id.to_owned(),
        passwords: 1,
    })?;
    let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
    let argon2 = Argon2::new_with_secret(key, algorithm, version, params.clone());
    argon2.map_err(|error| KeeperError::Keys(keys.path().to_owned(), error.to_string()))
}

fn hash(keys: &Keys, params: &Params, password: &[u8]) -> Result<Hashed, KeeperError> {
    let key = keys.current().to_owned();
    let salt: [u8; 16] = rand::random();
    let hashed = argon2(keys, &key, params)?.hash_password_with_salt(password, &salt);
    let fault = |_| {
        let rule = "there is not enough memory for it";
        KeeperError::Setting(BadSetting {
            setting: "hashing.memory",
            rule,
        })
    };
    let phc = hashed.map_err(fault)?.to_string();
    Ok(Hashed { phc, key })
}

fn busy() -> Denied {
    let text = "too many sign in at this moment; try again in some seconds";
    Problem::new(ErrorCode::Unavailable, text).into()
}

/// Whether a new password will do: its length is what makes it strong, and not signs and
/// capitals that can be foreseen (NIST SP 800-63B).
///
/// # Errors
///
/// When it will not: what to answer.
pub(crate) fn check(
    password: &Secret,
    name: &str,
    least: usize,
) -> Result<(), Problem> {
    let password: String = password.reveal().nfkc().collect();
    let weak = |text: String| Err(Problem::new(ErrorCode::WeakPassword, text));
    let length = password.chars().count();
    if length < least {
        return weak(format!("it has {length} characters; take {least} or more"));
    }
    if length > LONGEST {
        return weak(format!(
            "it has {length} characters; take {LONGEST} at most"
        ));
    }
    let small = password.to_lowercase();
    let mut different: Vec<char> = small.chars().collect();
    different.sort_unstable();
    different.dedup();
    let name = name.to_lowercase();
    let rest = small.replace(&name, "");
    if KNOWN.contains(&&*small)
        || different.len() < DIFFERENT
        || rest.chars().count() < least / 2
    {
        return weak("it is one of those that are tried first".to_owned());
    }
    Ok(())
}
