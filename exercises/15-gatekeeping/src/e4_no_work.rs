//! A stranger types names and a wrong password, and looks at how long the answer takes. Where
//! it comes at once, nothing was computed: so they learn which names exist, or what is special
//! about one.
//!
//! Below is how Django 5.0.6 signs in (`ModelBackend.authenticate` and `verify_password`). It
//! has thought of names that do not exist. It has not thought of accounts without a password:
//! those that sign in in some other way (CVE-2024-39329). And in ours there is one more: an
//! account that was closed answers at once, so that nobody wastes time on it.
//!
//! Repair `sign_in`:
//!
//! * Every refusal makes the same work, `ROUNDS` rounds: for a name that does not exist, an
//!   account without a password, a wrong password, a closed account with a wrong password or
//!   with the right one.
//! * An old hash was made with fewer rounds than `ROUNDS`. When the password is wrong, what is
//!   missing is made up for with `work`.
//! * Signed in is who has an account that is not closed, and its password: nobody else,
//!   whatever the password was compared with.

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
    let Some(account) = accounts.get(name) else {
        slow.work(password, ROUNDS);
        return false;
    };
    if account.closed {
        return false;
    }
    let Some(hash) = &account.password else {
        return false;
    };
    let right = slow.verify(password, hash);
    if !right && hash.rounds < ROUNDS {
        slow.work(password, ROUNDS - hash.rounds);
    }
    right
}
