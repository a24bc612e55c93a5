//! The session's cookie.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

use crate::api::Secret;
use crate::settings::Settings;

/// As it is called where there is TLS. Of a cookie with this prefix a browser makes sure
/// that it comes from this very host, over TLS, and is for all its paths: neither another
/// host of the same domain nor somebody on the way can set it (draft-ietf-httpbis-rfc6265bis, section 4.1.3).
const SECURE: &str = "__Host-session";

/// As it is called on loopback.
const PLAIN: &str = "session";

fn name(settings: &Settings) -> &'static str {
    if settings.secure_cookies {
        SECURE
    } else {
        PLAIN
    }
}

/// The token in a request's cookie. Where there are two of this name, somebody else has set
/// one of them, and none of them is believed.
pub(super) fn read(headers: &HeaderMap, settings: &Settings) -> Option<String> {
    let mut tokens = read_all(headers, settings);
    tokens.pop().filter(|_| tokens.is_empty())
}

/// The tokens in all cookies of this name. Whoever shows one can end its session, if nothing
/// else.
pub(super) fn read_all(headers: &HeaderMap, settings: &Settings) -> Vec<String> {
    let fields = headers.get_all(COOKIE).into_iter();
    let pairs = fields
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let tokens = pairs
        .filter(|(other, _)| *other == name(settings))
        .map(|(_, token)| token.to_owned());
    tokens.collect()
}

/// `Set-Cookie` with this token, or without one to take it away. A script cannot read it,
/// and a browser does not send it along with what pages of other sites begin.
pub(super) fn set(token: Option<&Secret>, settings: &Settings) -> HeaderValue {
    let (token, age) = match token {
        Some(token) => (token.reveal(), settings.session.absolute.as_secs()),
        None => ("", 0),
    };
    let secure = if settings.secure_cookies {
        "; Secure"
    } else {
        ""
    };
    let name = name(settings);
    let text = format!(
        "{name}={token}; Path=/; Max-Age={age}{secure}; HttpOnly; SameSite=Strict"
    );
    let mut value = HeaderValue::try_from(text).expect("letters, digits and signs");
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_of(fields: &[&'static str], secure_cookies: bool) -> Option<String> {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(COOKIE, HeaderValue::from_static(field));
        }
        let settings = Settings {
            secure_cookies,
            ..Settings::default()
        };
        read(&headers, &settings)
    }

    #[test]
    fn one_cookie_of_this_name_is_read_and_of_two_none() {
        assert_eq!(read_of(&["a=b; session=x; c"], false).as_deref(), Some("x"));
        assert_eq!(read_of(&["__Host-session=x"], true).as_deref(), Some("x"));
        assert_eq!(read_of(&["session=x"], true), None, "it is another name");
        assert_eq!(read_of(&["sessions=x", ""], false), None);
        assert_eq!(read_of(&["session=x; session=y"], false), None);
        assert_eq!(read_of(&["session=x", "session=x"], false), None);
    }

    #[test]
    fn a_cookie_is_for_this_host_and_not_for_scripts() {
        let token = Secret::new("abc");
        let written = |secure_cookies| {
            let settings = Settings {
                secure_cookies,
                ..Settings::default()
            };
            set(Some(&token), &settings)
        };
        assert_eq!(
            written(true),
            "__Host-session=abc; Path=/; Max-Age=7776000; Secure; HttpOnly; \
             SameSite=Strict"
        );
        let plain = "session=abc; Path=/; Max-Age=7776000; HttpOnly; SameSite=Strict";
        assert_eq!(written(false), plain);
        assert_eq!(format!("{:?}", written(true)), "Sensitive");
    }
}
