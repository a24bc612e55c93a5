//! A bucket of tokens, kept as one time.

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
        let full_at = self.full_at.max(now);
        // What is missing, and the one that is to be taken.
        if full_at - now + INTERVAL > BURST * INTERVAL {
            return false;
        }
        self.full_at = full_at + INTERVAL;
        true
    }
}
