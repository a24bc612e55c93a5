//! What every answer says to browsers.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY as CSP, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::settings::Settings;

/// What a page of this server may do: load scripts, styles and images from here, talk to
/// here, and nothing else. Should what somebody says ever become markup, it still does
/// nothing; and no other page may put one of ours into a frame.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// What is the same for all answers.
const FIXED: [(HeaderName, &str); 5] = [
    (CSP, CONTENT_SECURITY_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // In which room somebody is, is none of another server's business.
    (REFERRER_POLICY, "same-origin"),
    // No page of others gets a handle on ours, or may include what is answered here.
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Two years.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Adds them to an answer, in place of what stood there.
pub(super) fn add(headers: &mut HeaderMap, is_api: bool, settings: &Settings) {
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if settings.secure_cookies {
        headers.insert(STRICT_TRANSPORT_SECURITY, TLS_ONLY);
    }
    if is_api {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
