//! What an operator decides.

mod keys;
mod layers;
mod mistake;
mod period;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use backpressure::{Limits, Rate};
use gatekeeping::{BadSetting, Settings};
use serde::{Deserialize, Serialize};

use crate::drain::Plan;

pub use keys::{KEYS, Key};
pub use layers::{Loaded, Source, Sources};
pub use mistake::{Mistake, Mistakes};
pub use period::Period;

/// All that an operator decides. Whatever is not said is as in [`Config::default`]. There is
/// nothing secret in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where people come in.
    pub listen: SocketAddr,
    /// Where the operator looks.
    pub admin: SocketAddr,
    /// Whether that may be an address which others can reach.
    pub admin_beyond_loopback: bool,
    /// The data folder.
    pub data: PathBuf,
    /// The most bytes that `rooms.db` may have.
    pub quota: Option<u64>,
    /// How the server ends.
    pub drain: DrainConfig,
    /// What one connection may cost.
    pub limits: LimitsConfig,
    /// Who may come in. Where nothing is said of hosts, and `listen` is an address of this
    /// machine, [`Config::gate`] says what holds.
    pub gate: Settings,
    /// What is written about what happens.
    pub log: LogConfig,
}

impl Default for Config {
    /// For trying it out: on this machine only, with its data in the folder `data`.
    fn default() -> Self {
        let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self {
            listen: here(3016),
            admin: here(9016),
            admin_beyond_loopback: false,
            data: PathBuf::from("data"),
            quota: None,
            drain: DrainConfig::default(),
            limits: LimitsConfig::default(),
            gate: Settings::default(),
            log: LogConfig::default(),
        }
    }
}

/// How a server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DrainConfig {
    /// Over how long people are sent away.
    pub over: Period,
}

impl Default for DrainConfig {
    fn default() -> Self {
        let over = Period::from_secs(10);
        Self { over }
    }
}

/// What one connection may cost: the [`Limits`] that an operator has reason to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// How long connections may take to end, when they have been told to.
    pub drain: Period,
    /// How many there are at a time.
    pub connections: usize,
    /// How many of them from one address.
    pub connections_per_address: usize,
    /// In how many rooms one may be.
    pub rooms: usize,
    /// How many messages one may send at once.
    pub burst: u32,
    /// After which time it may send the next.
    pub interval: Period,
    /// How long the head of a request may take, and a hello.
    pub handshake: Period,
    /// How long a client may take nothing of an answer.
    pub answer: Period,
    /// After which silence a client is asked for a sign.
    pub keepalive: Period,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            drain: Period::from_secs(10),
            connections: limits.connections,
            connections_per_address: limits.connections_per_address,
            rooms: limits.rooms,
            burst: limits.rate.burst,
            interval: Period::from_millis(100),
            handshake: Period::from_secs(10),
            answer: Period::from_secs(10),
            keepalive: Period::from_secs(20),
        }
    }
}

impl LimitsConfig {
    /// What lets nobody in.
    fn check(&self) -> Vec<(&'static str, String)> {
        let numbers = [
            ("limits.connections", self.connections),
            (
                "limits.connections_per_address",
                self.connections_per_address,
            ),
            ("limits.rooms", self.rooms),
            ("limits.burst", self.burst as usize),
        ];
        let zero = Period::from_secs(0);
        let times = [
            ("limits.handshake", self.handshake),
            ("limits.answer", self.answer),
            ("limits.keepalive", self.keepalive),
        ];
        let numbers = numbers.into_iter().filter(|(_, number)| *number == 0);
        let times = times.into_iter().filter(|(_, time)| *time == zero);
        let fields = numbers
            .map(|(field, _)| field)
            .chain(times.map(|(field, _)| field));
        let why = "with nothing, nobody could come in";
        fields.map(|field| (field, why.to_owned())).collect()
    }
}

/// What is written about what happens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// In which form.
    pub format: Format,
    /// How much of it.
    pub level: Level,
}

/// The form of a log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Lines for people.
    #[default]
    Text,
    /// An object on each line, for programs.
    Json,
}

/// How much is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Level {
    Off,
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

impl Config {
    /// What cannot hold together: the setting, and why.
    fn check(&self) -> Vec<(&'static str, String)> {
        let mut wrong = Vec::new();
        if !self.admin.ip().is_loopback() && !self.admin_beyond_loopback {
            let why = "others could reach it, and whoever reaches it may read how much is \
                       going on here; if that is meant, set `admin_beyond_loopback` to true";
            wrong.push(("admin", why.to_owned()));
        }
        if self.admin == self.listen && self.listen.port() != 0 {
            wrong.push(("admin", "it is the same as `listen`".to_owned()));
        }
        wrong.extend(self.limits.check());
        if let Err(BadSetting { setting, rule }) = self.gate(self.listen).check() {
            let key = KEYS
                .iter()
                .find(|key| key.field == format!("gate.{setting}"));
            let field = key.map_or("gate", |key| key.field);
            wrong.push((field, rule.to_owned()));
        }
        wrong
    }

    /// Who may come in to a server that listens at this address: if nobody has said by which
    /// names it is called, and only this machine can call it, by those of this machine, and
    /// without TLS.
    pub fn gate(&self, address: SocketAddr) -> Settings {
        let is_local = address.ip().is_loopback() && self.gate.hosts.is_empty();
        if !is_local {
            return self.gate.clone();
        }
        let local = Settings::on_loopback(address);
        let mut origins = local.origins;
        origins.extend(self.gate.origins.clone());
        Settings {
            origins,
            hosts: local.hosts,
            secure_cookies: local.secure_cookies,
            ..self.gate.clone()
        }
    }

    /// The limits of chapter 13's entrance.
    pub fn limits(&self) -> Limits {
        let from = &self.limits;
        let mut limits = Limits {
            rate: Rate {
                burst: from.burst,
                interval: from.interval.into(),
            },
            rooms: from.rooms,
            handshake: from.handshake.into(),
            answer: from.answer.into(),
            connections: from.connections,
            connections_per_address: from.connections_per_address,
            drain: from.drain.into(),
            ..Limits::default()
        };
        limits.connection.keepalive = Some(from.keepalive.into());
        limits
    }

    /// How the server ends.
    pub fn plan(&self) -> Plan {
        Plan {
            over: self.drain.over.into(),
            grace: self.limits.drain.into(),
        }
    }
}

#[cfg(test)]
mod tests;
