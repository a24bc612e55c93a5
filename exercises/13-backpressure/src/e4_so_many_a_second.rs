//! A client may say five things at once, and then one in each second. Write the account that
//! a server keeps of it, for each connection: so it has to be small, and it needs no timer.
//!
//! Think of a bucket with five tokens, into which one falls each second until it is full
//! again. Whoever says something takes one; when there is none, what it says is refused, and
//! that costs nothing.
//!
//! You need not let tokens fall. Keep **one time**: when will the bucket be full again, if
//! nobody takes anything? Each token that is taken makes that a second later. And how many
//! tokens are missing now follows from it.
//!
//! Times are in milliseconds since the connection began. They never run backwards.

/// How many things may be said at once.
pub const BURST: u64 = 5;

/// How long it takes until one more may be said, in milliseconds.
pub const INTERVAL: u64 = 1000;

/// One client's account.
#[derive(Debug, Default)]
pub struct Account {
    /// When the bucket is full again. In the past, it is full.
    full_at: u64,
}

impl Account {
    /// Takes a token, if there is one.
    pub fn takes(&mut self, now: u64) -> bool {
        todo!("how many tokens are missing, and is that less than all of them?")
    }
}
