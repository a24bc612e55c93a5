//! The settings that there are.

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name in a file, with dots for the tables it is in.
    pub field: &'static str,
    /// What it is for.
    pub about: &'static str,
}

impl Key {
    /// Its name in the environment.
    pub fn variable(&self) -> String {
        let name = self.field.replace('.', "_").to_uppercase();
        format!("CHAT_{name}")
    }
}

const fn key(field: &'static str, about: &'static str) -> Key {
    Key { field, about }
}

/// Every setting, in the order in which they are shown.
pub const KEYS: &[Key] = &[
    key("listen", "where people come in"),
    key("admin", "where /healthz, /readyz and /metrics are"),
    key(
        "admin_beyond_loopback",
        "that may be where others can reach it",
    ),
    key("data", "the data folder: rooms.db, accounts.db, keys.toml"),
    key("quota", "the most bytes that rooms.db may have"),
    key(
        "drain.over",
        "at a stop, over how long people are sent away",
    ),
    key("limits.drain", "how long what is left then may take to end"),
    key("limits.connections", "connections at a time"),
    key("limits.connections_per_address", "of them from one address"),
    key("limits.rooms", "rooms that one connection may be in"),
    key(
        "limits.burst",
        "messages that one connection may send at once",
    ),
    key("limits.interval", "how often it may send one after that"),
    key(
        "limits.handshake",
        "how long a request's head may take, and a hello",
    ),
    key(
        "limits.answer",
        "how long a client may take nothing of an answer",
    ),
    key(
        "limits.keepalive",
        "the silence after which a client is asked for a sign",
    ),
    key("gate.hosts", "the names by which clients call this server"),
    key(
        "gate.origins",
        "the origins of the pages that may talk to it",
    ),
    key(
        "gate.proxies",
        "the networks whose X-Forwarded-For is believed",
    ),
    key(
        "gate.secure_cookies",
        "cookies over TLS only; false on loopback alone",
    ),
    key("gate.min_password", "the fewest characters of a password"),
    key(
        "gate.session.idle",
        "seconds after which a session ends that nobody uses",
    ),
    key(
        "gate.session.absolute",
        "seconds after which every session ends",
    ),
    key("gate.session.ticket", "seconds for which a ticket is good"),
    key("gate.hashing.memory", "KiB that it takes to try a password"),
    key(
        "gate.hashing.passes",
        "how often that memory is gone through",
    ),
    key("gate.hashing.at_once", "passwords that are tried at a time"),
    key("gate.hashing.waiting", "how many more may wait for that"),
    key(
        "gate.limits.sign_in_per_address",
        "sign-ins from one address",
    ),
    key(
        "gate.limits.wrong_per_address",
        "wrong passwords for one name from one address",
    ),
    key("gate.limits.wrong_per_name", "wrong passwords for one name"),
    key(
        "gate.limits.sign_up_per_address",
        "sign-ups from one address",
    ),
    key(
        "gate.limits.posts_per_account",
        "other requests of one account",
    ),
    key(
        "gate.limits.remembered",
        "addresses and names remembered for that",
    ),
    key("gate.limits.sessions", "sessions of an account"),
    key(
        "gate.limits.tickets",
        "tickets of a session that are not used yet",
    ),
    key("gate.limits.connections", "open connections of an account"),
    key(
        "gate.limits.rooms",
        "rooms that somebody may be a member of",
    ),
    key(
        "gate.limits.invitations",
        "private rooms one may invite the same person into",
    ),
    key("gate.limits.members", "members of a private room"),
    key("gate.limits.public_rooms", "public rooms"),
    key(
        "gate.limits.database",
        "the most bytes that accounts.db may have",
    ),
    key(
        "gate.limits.body",
        "seconds that the body of a request may take",
    ),
    key("log.format", "text, or json with an object on each line"),
    key("log.level", "error, warn, info, debug, trace or off"),
];
