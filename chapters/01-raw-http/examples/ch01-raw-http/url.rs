//! As much of a URL as an HTTP client needs.

use std::str::FromStr;

/// `http://host[:port][/path][?query]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    /// As the `Host` field names it: with the port where it is not 80.
    pub(crate) host: String,
    /// What is dialled: `host:port`.
    pub(crate) address: String,
    /// The request target.
    pub(crate) target: String,
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(format!("a URL begins with http://, as in http://{text}"));
        };
        if scheme.eq_ignore_ascii_case("https") {
            return Err(
                "this client speaks no TLS, so no https:// (chapter 18 does); \
                        try http://"
                    .to_owned(),
            );
        }
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(format!("{scheme}:// is not HTTP"));
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, target) = rest.split_at(end);
        if host.is_empty() || host.contains('@') {
            return Err(format!("{host:?} is no host"));
        }
        let port = port(host)?;
        // The fragment is the browser's own: it is never sent.
        let target = target.split('#').next().unwrap_or_default();
        let slash = if target.starts_with('/') { "" } else { "/" };
        Ok(Self {
            host: host.to_owned(),
            address: match port {
                Some(_) => host.to_owned(),
                None => format!("{host}:80"),
            },
            target: format!("{slash}{target}"),
        })
    }
}

/// The port, if there is one. The colons inside the brackets of an IPv6 address are no
/// port.
fn port(host: &str) -> Result<Option<u16>, String> {
    let after = host.rfind(']').map_or(0, |bracket| bracket + 1);
    match host[after..].split_once(':') {
        None => Ok(None),
        Some((_, port)) => match port.parse() {
            Ok(port) => Ok(Some(port)),
            Err(_) => Err(format!("{port:?} is no port")),
        },
    }
}
