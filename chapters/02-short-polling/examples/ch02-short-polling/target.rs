//! What is typed: a server's URL, and a time.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

/// The server that a URL names.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    host: String,
}

impl Target {
    /// As the `Host` field has it: with the port when it is not 80.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The first address that the name has.
    pub(crate) async fn resolve(&self) -> Result<SocketAddr, String> {
        let after_address = self.host.rsplit(']').next().unwrap_or_default();
        let host = match after_address.contains(':') {
            true => self.host.clone(),
            false => format!("{}:80", self.host),
        };
        let addresses = tokio::net::lookup_host(&host).await;
        let mut addresses = addresses.map_err(|error| format!("{self}: {error}"))?;
        addresses
            .next()
            .ok_or_else(|| format!("{self}: the name has no address"))
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("https:") {
            return Err(
                "https needs TLS, which comes in chapter 18: use http".to_owned()
            );
        }
        let example = "a URL looks like http://127.0.0.1:3000";
        let rest = text.strip_prefix("http://").ok_or(example)?;
        match rest.strip_suffix('/').unwrap_or(rest) {
            "" => Err(example.to_owned()),
            host if host.contains(['/', '?', '#', '@']) => Err(format!(
                "only the server is to be named, without a path: {example}"
            )),
            host => Ok(Self {
                host: host.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.host)
    }
}

/// Reads `250ms`, `2s`, `1.5s` or `2`, in seconds, and not 0.
pub(crate) fn positive_time(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let seconds = number.trim().parse::<f64>().map(|number| number * unit);
    match seconds.map(Duration::try_from_secs_f64) {
        // A day is more than anybody waits here.
        Ok(Ok(time)) if (1..=86_400_000).contains(&time.as_millis()) => Ok(time),
        _ => Err("a time looks like 250ms, 2s or 1.5s".to_owned()),
    }
}
