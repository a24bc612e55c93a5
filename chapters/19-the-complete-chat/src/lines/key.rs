//! What shows that a request comes from whom a line was opened for.
//!
//! The name of a line stands in the path of each request, and paths are written down: by
//! proxies, by monitoring, by whoever looks for a fault. So the name alone opens nothing.
//! The key goes in a cookie, since that is all that an `EventSource` brings along.

use axum::http::{HeaderMap, HeaderValue, header};

use super::token::Token;

const COOKIE: &str = "line";

/// `Set-Cookie` with the key of a line, for its requests alone: no script can read it, and no
/// page of another site has it sent. Who asks from a page that came over TLS sends it over
/// TLS only.
pub(super) fn given(line: Token, key: Token, asked: &HeaderMap) -> HeaderValue {
    let origin = asked.get(header::ORIGIN).map(HeaderValue::as_bytes);
    let is_over_tls = origin.is_some_and(|origin| origin.starts_with(b"https://"));
    let secure = if is_over_tls { "; Secure" } else { "" };
    let (path, key) = (path_of(line), key.reveal());
    set(&format!(
        "{COOKIE}={key}; Path={path}; HttpOnly; SameSite=Strict{secure}"
    ))
}

/// `Set-Cookie` that takes the key of a line away from a browser.
pub(super) fn taken_away(line: Token) -> HeaderValue {
    set(&format!("{COOKIE}=; Path={}; Max-Age=0", path_of(line)))
}

/// Whether a request shows this key. It may show others, which are of no consequence.
pub(super) fn is_shown(key: Token, asked: &HeaderMap) -> bool {
    let fields = asked.get_all(header::COOKIE).into_iter();
    let mut pairs = fields
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.any(|(name, value)| {
        name == COOKIE && value.parse().is_ok_and(|it: Token| it == key)
    })
}

fn path_of(line: Token) -> String {
    format!("/chat/line/{}", line.reveal())
}

fn set(text: &str) -> HeaderValue {
    let mut value = HeaderValue::try_from(text).expect("digits and signs");
    value.set_sensitive(true);
    value
}
