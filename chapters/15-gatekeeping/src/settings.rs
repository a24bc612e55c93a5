//! What an operator may set.

mod limits;
mod seconds;

use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

pub use limits::{DoorLimits, Tries};

/// What an operator may set, as it stands in a file. What is not there has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The origins of the pages that may send requests and open WebSockets, as browsers write
    /// them: `https://chat.example`, with the port when it is not the scheme's own.
    pub origins: Vec<String>,
    /// The names by which clients may call this server, with the port when it is not the
    /// scheme's own: `chat.example`. A request for another one is answered 421.
    pub hosts: Vec<String>,
    /// The networks of the proxies in front of this server. What they say in
    /// `X-Forwarded-For` is believed, and what anybody else says there is not.
    pub proxies: Vec<IpNet>,
    /// Whether the session's cookie is sent over TLS only, and called `__Host-session`. To be
    /// switched off on loopback and nowhere else: then it is called `session`.
    pub secure_cookies: bool,
    /// The fewest characters of a password.
    pub min_password: usize,
    /// How long sessions and tickets last.
    pub session: Lifetimes,
    /// What it costs to try a password.
    pub hashing: Hashing,
    /// How much of everything there may be.
    pub limits: DoorLimits,
}

/// How long sessions and tickets last, each in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lifetimes {
    /// A session that nobody has used for so long ends. Each request over HTTP is a use, and
    /// an open connection is none.
    #[serde(with = "seconds")]
    pub idle: Duration,
    /// A session ends so long after the sign-in, whatever it was used for.
    #[serde(with = "seconds")]
    pub absolute: Duration,
    /// A ticket that nobody has used for so long is none any more.
    #[serde(with = "seconds")]
    pub ticket: Duration,
}

/// What Argon2id takes to try a password (RFC 9106 §3.1).
///
/// When it is raised, each password is hashed anew as its owner signs in, and until then a
/// wrong one for it takes as long as for a name that is nobody's. When it is lowered, such a
/// wrong one takes longer: then the time tells that there is this name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hashing {
    /// Memory, in KiB: at least 8.
    pub memory: u32,
    /// How many times this memory is gone through: at least 1.
    pub passes: u32,
    /// How many passwords are tried at a time, and so how many times the memory is needed.
    pub at_once: usize,
    /// How many more wait for it. What is beyond that is answered 503.
    pub waiting: usize,
}

impl Default for Settings {
    /// Nobody's pages and no host; cookies over TLS only; passwords of 12 characters.
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            hosts: Vec::new(),
            proxies: Vec::new(),
            secure_cookies: true,
            min_password: 12,
            session: Lifetimes::default(),
            hashing: Hashing::default(),
            limits: DoorLimits::default(),
        }
    }
}

impl Default for Lifetimes {
    /// 14 days without use, 90 days in all, 30 s for a ticket.
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            idle: 14 * DAY,
            absolute: 90 * DAY,
            ticket: Duration::from_secs(30),
        }
    }
}

impl Default for Hashing {
    /// 19 MiB and 2 passes, as OWASP's *Password Storage Cheat Sheet* has it; 2 at a time and
    /// 64 that wait.
    fn default() -> Self {
        Self {
            memory: 19 << 10,
            passes: 2,
            at_once: 2,
            waiting: 64,
        }
    }
}

impl Settings {
    /// For a server on this machine, without TLS: as a browser on the same machine calls it.
    #[must_use]
    pub fn on_loopback(address: SocketAddr) -> Self {
        let (mut own, mut local) = (address.to_string(), "localhost".to_owned());
        match own.strip_suffix(":80") {
            // The scheme's own port is left out by browsers.
            Some(bare) => own = bare.to_owned(),
            None => local.push_str(&format!(":{}", address.port())),
        }
        let hosts = vec![own, local];
        Self {
            origins: hosts.iter().map(|host| format!("http://{host}")).collect(),
            hosts,
            secure_cookies: false,
            ..Self::default()
        }
    }

    /// Whether a server can run with these.
    ///
    /// # Errors
    ///
    /// With the first setting that is wrong.
    pub fn check(&self) -> Result<(), BadSetting> {
        let hashing = &self.hashing;
        let rules = [
            ("hosts", !self.hosts.is_empty(), "name at least one"),
            (
                "origins",
                self.origins.iter().all(|origin| is_origin(origin)),
                "each is a scheme and a host, as https://chat.example, with a port unless it \
                 is the scheme's own, and no path",
            ),
            (
                "min_password",
                (8..=64).contains(&self.min_password),
                "from 8 to 64 characters",
            ),
            ("hashing.memory", hashing.memory >= 8, "at least 8 KiB"),
            ("hashing.passes", hashing.passes >= 1, "at least 1"),
            ("hashing.at_once", hashing.at_once >= 1, "at least 1"),
            (
                "session.idle",
                self.session.idle <= self.session.absolute,
                "not longer than session.absolute",
            ),
        ];
        let wrong = rules.into_iter().find(|(_, holds, _)| !holds);
        match wrong {
            Some((setting, _, rule)) => Err(BadSetting { setting, rule }),
            None => self.limits.check(),
        }
    }
}

/// Whether a browser could write this into `Origin`. It leaves out the scheme's own port.
fn is_origin(text: &str) -> bool {
    let (own, rest) =
        match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => ("443", rest),
            (_, Some(rest)) => ("80", rest),
            _ => return false,
        };
    // In an IPv6 address there are more of them, and a bracket behind the last.
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let is_port = |port: &str| {
        let number: Option<u16> = port.parse().ok();
        port != own && number.is_some_and(|n| n.to_string() == port)
    };
    port.is_none_or(is_port) && is_host(host)
}

fn is_host(host: &str) -> bool {
    let address = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(address) = address {
        return address.parse::<Ipv6Addr>().is_ok() && host == host.to_lowercase();
    }
    let is_part = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
    // A name may end with a dot: it is another one to a browser.
    let mut labels = host.strip_suffix('.').unwrap_or(host).split('.');
    labels.all(|label| !label.is_empty() && label.chars().all(is_part))
}

/// A setting with which no server can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSetting {
    /// Its name, as in the file.
    pub setting: &'static str,
    /// What is allowed.
    pub rule: &'static str,
}

impl std::fmt::Display for BadSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.setting, self.rule)
    }
}

impl std::error::Error for BadSetting {}
