//! How much of everything there may be.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::BadSetting;

/// How often something may be tried: so many times at once, and then so many a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tries {
    /// How many may come at once, after a silence.
    pub at_once: u32,
    /// How many more each minute.
    pub per_minute: u32,
}

impl Tries {
    const fn new(at_once: u32, per_minute: u32) -> Self {
        Self {
            at_once,
            per_minute,
        }
    }

    /// How long it takes until one more may come.
    pub(crate) fn interval(self) -> Duration {
        Duration::from_secs(60) / self.per_minute.max(1)
    }
}

/// How much of everything there may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DoorLimits {
    /// Sign-ins from one address, whether they succeed or not.
    pub sign_in_per_address: Tries,
    /// Wrong passwords for one name from one address.
    pub wrong_per_address: Tries,
    /// Wrong passwords for one name, from wherever. Whoever has enough addresses keeps its
    /// owner out with that many, and so there are more of them than of those from one address.
    pub wrong_per_name: Tries,
    /// Sign-ups from one address.
    pub sign_up_per_address: Tries,
    /// Other requests of one account that change something.
    pub posts_per_account: Tries,
    /// How many addresses, and how many names, are remembered for that. When there are more,
    /// those are forgotten that have tried the least.
    pub remembered: usize,
    /// The sessions of an account. One more ends the one that was not used for the longest
    /// time.
    pub sessions: usize,
    /// The tickets of a session that are not used yet. One more takes the oldest away.
    pub tickets: usize,
    /// The open connections of an account. One more is not let in.
    pub connections: usize,
    /// The rooms that somebody may be a member of. Others can make one a member of half as
    /// many.
    pub rooms: usize,
    /// The private rooms that somebody may be in on the invitation of the same other one.
    pub invitations: usize,
    /// The members of a private room.
    pub members: usize,
    /// The public rooms.
    pub public_rooms: usize,
    /// The most bytes of the accounts' database, without its write-ahead log.
    pub database: u64,
    /// How long the body of a request may take, in seconds.
    #[serde(with = "super::seconds")]
    pub body: Duration,
}

impl Default for DoorLimits {
    /// 20 sign-ins at once and 12 a minute from one address; 10 wrong passwords for one name
    /// and 1 a minute from one address, 100 and 10 a minute from all of them; 10 sign-ups and 1 a minute; 120 other requests and 120 a minute; 32
    /// sessions and connections, 16 tickets, 128 rooms, 8 invitations, 128 members, 1,000 public rooms; a
    /// database of 1 GiB; 10 s for a body.
    fn default() -> Self {
        Self {
            sign_in_per_address: Tries::new(20, 12),
            wrong_per_address: Tries::new(10, 1),
            wrong_per_name: Tries::new(100, 10),
            sign_up_per_address: Tries::new(10, 1),
            posts_per_account: Tries::new(120, 120),
            remembered: 64 << 10,
            sessions: 32,
            tickets: 16,
            connections: 32,
            rooms: 128,
            invitations: 8,
            members: 128,
            public_rooms: 1000,
            database: 1 << 30,
            body: Duration::from_secs(10),
        }
    }
}

impl DoorLimits {
    pub(super) fn check(&self) -> Result<(), BadSetting> {
        let rules = [
            ("limits.sessions", self.sessions),
            ("limits.tickets", self.tickets),
            ("limits.connections", self.connections),
            ("limits.remembered", self.remembered),
        ];
        match rules.into_iter().find(|(_, limit)| *limit == 0) {
            Some((setting, _)) => Err(BadSetting {
                setting,
                rule: "at least 1",
            }),
            None => Ok(()),
        }
    }
}
