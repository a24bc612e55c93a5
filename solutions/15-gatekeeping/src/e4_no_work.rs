//! The work comes first, and the reasons after it.

use std::collections::BTreeMap;

/// How many rounds a hash is made with nowadays.
pub const ROUNDS: u32 = 600_000;

/// A password that was hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hash {
    /// With how many rounds.
    pub rounds: u32,
    /// What came out.
    pub digest: u64,
}

/// What is known of somebody.
#[derive(Debug, Clone)]
pub struct Account {
    /// None if they sign in in some other way.
    pub password: Option<Hash>,
    /// It was, and nobody signs in with it any more.
    pub closed: bool,
}

/// The hash function, which takes its time.
pub trait Slow {
    /// Hashes the password with as many rounds as this hash was made with: whether the same
    /// comes out.
    fn verify(&mut self, password: &str, hash: &Hash) -> bool;
    /// Hashes the password with so many rounds, for nothing but the time that it takes.
    fn work(&mut self, password: &str, rounds: u32);
}

/// Whether this name has this password.
pub fn sign_in(
    accounts: &BTreeMap<&str, Account>,
    slow: &mut impl Slow,
    name: &str,
    password: &str,
) -> bool {
    let account = accounts.get(name);
    let hash = account.and_then(|account| account.password.as_ref());
    let right = hash.is_some_and(|hash| slow.verify(password, hash));
    let open = account.is_some_and(|account| !account.closed);
    if right && open {
        return true;
    }
    let done = hash.map_or(0, |hash| hash.rounds);
    if done < ROUNDS {
        slow.work(password, ROUNDS - done);
    }
    false
}
