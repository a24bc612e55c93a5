//! Which page has made a request, and for which host it is.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, Method, Uri};
use handshake::{Origins, Policy};

use crate::api::{ErrorCode, Problem};
use crate::settings::Settings;

/// What browsers say of the page that has made a request (Fetch Metadata).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Who may open a WebSocket: the pages of our origins, and programs.
pub fn policy(settings: &Settings) -> Policy {
    Policy {
        origins: Origins::Only(settings.origins.clone()),
        ..Policy::default()
    }
}

/// Checks for which host a request is. A page of another site may have its own name lead to
/// this server (DNS rebinding); then the browser takes this server for that site, and what it
/// answers is that page's to read. But the name stands in `Host`.
pub(super) fn check_host(
    uri: &Uri,
    headers: &HeaderMap,
    settings: &Settings,
) -> Result<(), Problem> {
    let is_ours = |host: &str| {
        let mut hosts = settings.hosts.iter();
        hosts.any(|own| own.eq_ignore_ascii_case(host))
    };
    let mut hosts = headers.get_all(HOST).into_iter();
    let host = hosts.next().filter(|_| hosts.next().is_none());
    let host = host.and_then(|host| host.to_str().ok());
    // RFC 9112 §3.2.2: where the target has an authority, that counts.
    let named = [host, uri.authority().map(|authority| authority.as_str())];
    if host.is_some() && named.into_iter().flatten().all(is_ours) {
        return Ok(());
    }
    let text = "this server is not the one that the request is for";
    Err(Problem::new(ErrorCode::WrongHost, text))
}

/// Checks which page has made a request that changes something, or one to the API. Browsers
/// send the session along with requests of any page of the same *site*: of another port, or
/// of another host of the same domain. They say of which origin it is. A request that says
/// nothing of the kind is a program's, which has no session but its own.
pub(super) fn check_origin(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    settings: &Settings,
) -> Result<(), Problem> {
    let changes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
    let is_ours = |origin: &str| settings.origins.iter().any(|own| own == origin);
    let origin_is_ours = || all(headers, &ORIGIN, is_ours);
    let site_is =
        |sites: &[&str]| all(headers, &SEC_FETCH_SITE, |site| sites.contains(&site));
    let is_allowed = match changes {
        true => origin_is_ours() && site_is(&["same-origin"]),
        // Somebody may also type the address.
        false if uri.path().starts_with("/api/") => {
            origin_is_ours() && site_is(&["same-origin", "none"])
        }
        false => true,
    };
    if is_allowed {
        return Ok(());
    }
    let text = "the page that has made this request is not of this server";
    Err(Problem::new(ErrorCode::WrongOrigin, text))
}

/// Whether all fields of this name are allowed. Where there is none, they are.
fn all(
    headers: &HeaderMap,
    name: &HeaderName,
    is_allowed: impl Fn(&str) -> bool,
) -> bool {
    let mut fields = headers.get_all(name).into_iter();
    fields.all(|field| field.to_str().is_ok_and(&is_allowed))
}
