//! Somebody guesses, and counts how much work each guess makes.

use std::collections::BTreeMap;

use wiretap::verdict::{self, Rule};

use crate::subject::e4_no_work::{Account, Hash, ROUNDS, Slow, sign_in};

const SAME: Rule = Rule::new(
    "chapter 15",
    "A refusal makes the same work whatever its reason is, so that its time tells nothing.",
);
const WHO: Rule = Rule::new(
    "chapter 15",
    "Signed in is who has an open account and its password, and nobody else.",
);

/// A hash function that counts its rounds, and remembers what it was given.
#[derive(Default)]
struct Counting {
    rounds: u64,
    given: Vec<String>,
}

/// As good a hash as nobody needs: here it has to be a different number for each password.
fn digest(password: &str) -> u64 {
    password.bytes().fold(7, |sum, byte| {
        sum.wrapping_mul(257).wrapping_add(byte.into())
    })
}

impl Slow for Counting {
    fn verify(&mut self, password: &str, hash: &Hash) -> bool {
        self.work(password, hash.rounds);
        hash.digest == digest(password)
    }

    fn work(&mut self, password: &str, rounds: u32) {
        self.rounds += u64::from(rounds);
        self.given.push(password.to_owned());
    }
}

fn accounts() -> BTreeMap<&'static str, Account> {
    let account = |rounds: u32, closed| Account {
        password: (rounds > 0).then(|| Hash {
            rounds,
            digest: digest("correct horse"),
        }),
        closed,
    };
    BTreeMap::from([
        ("ada", account(ROUNDS, false)),
        ("old", account(150_000, false)),
        ("elsewhere", account(0, false)),
        ("closed", account(ROUNDS, true)),
        ("closed-old", account(150_000, true)),
        ("closed-elsewhere", account(0, true)),
    ])
}

fn tried(name: &str, password: &str) -> (bool, Counting) {
    let mut slow = Counting::default();
    let signed_in = sign_in(&accounts(), &mut slow, name, password);
    (signed_in, slow)
}

fn refused(name: &str, password: &str, what: &str) {
    let (signed_in, slow) = tried(name, password);
    if signed_in {
        let why = format!("`{name}`, {what}, signs in with `{password}`.");
        verdict::fail(WHO, why);
    }
    let rounds = slow.rounds;
    if rounds != u64::from(ROUNDS) {
        let more = match rounds {
            0 => "comes at once".to_owned(),
            _ => format!("takes {rounds} rounds"),
        };
        let why = format!(
            "`{name}`, {what}, is refused, and the answer {more}. It is due after {ROUNDS} \
             rounds, as all the others are."
        );
        verdict::fail(SAME, why);
    }
    if slow.given.iter().any(|given| given != password) {
        let why = format!(
            "For `{name}`, {what}, something else is hashed than the password that came: \
             {:?}. A longer one takes longer.",
            slow.given
        );
        verdict::fail(SAME, why);
    }
}

#[test]
fn accounts_without_a_password() {
    // What an account could have been compared with instead.
    for guess in ["", "guess", "dummy", "password", "correct horse", "!"] {
        refused("elsewhere", guess, "an account without a password");
        refused(
            "closed-elsewhere",
            guess,
            "a closed account without a password",
        );
    }
}

#[test]
fn closed_accounts() {
    refused("closed", "guess", "a closed account with a wrong password");
    refused(
        "closed",
        "correct horse",
        "a closed account with its password",
    );
    refused("closed-old", "guess", "a closed account with an old hash");
    let what = "a closed account with an old hash and its password";
    refused("closed-old", "correct horse", what);
}

#[test]
fn who_is_refused_and_who_is_not() {
    for guess in ["guess", "", "correct horse battery staple"] {
        refused("nobody", guess, "a name that does not exist");
        refused("ada", guess, "an account with another password");
        refused("old", guess, "an account with an old hash");
        refused("elsewhere", guess, "an account without a password");
    }
    for name in ["ada", "old"] {
        let (signed_in, _) = tried(name, "correct horse");
        if !signed_in {
            let why = format!("`{name}` has the right password, and is refused.");
            verdict::fail(WHO, why);
        }
    }
}
