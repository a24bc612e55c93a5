//! What people do in the app, and what they wait for.

use serde_json::json;

use super::axe;
use super::server::PASSWORD;
use crate::Page;

/// The messages that are shown.
pub(super) const WORDS: &str =
    "[...document.querySelectorAll('#log .words')].map(e => e.textContent)";

/// Waits until an element is shown.
pub(super) async fn shown(page: &Page, id: &str) {
    page.until(&format!(
        "document.getElementById({id:?})?.getClientRects().length > 0"
    ))
    .await;
}

/// Waits until an element holds this text.
pub(super) async fn holds(page: &Page, id: &str, text: &str) {
    page.until(&format!(
        "document.getElementById({id:?}).textContent.includes({text:?})"
    ))
    .await;
}

pub(super) async fn sign_up(page: &Page, url: &str, name: &str) {
    page.go(url).await;
    shown(page, "sign").await;
    holds(page, "sign-title", "Create an account").await;
    page.set("#sign-name", name).await;
    page.set("#sign-password", PASSWORD).await;
    page.click("#sign-send").await;
    is_connected(page).await;
}

/// Waits until the page is connected. It does not wait for the schedule: it says "Try now".
pub(super) async fn is_connected(page: &Page) {
    page.until(
        "(document.getElementById('banner').getClientRects().length === 0
            || document.getElementById('banner-now').click(),
         document.querySelector('#status.connected'))",
    )
    .await;
}

/// Waits until the quiet place says how it stands with the connection.
pub(super) async fn has_status(page: &Page, text: &str) {
    page.until(&format!(
        "(document.getElementById('banner').getClientRects().length === 0
            || document.getElementById('banner-now').click(),
         document.getElementById('status').textContent === {text:?})"
    ))
    .await;
}

/// Makes a room of a kind, which is open then.
pub(super) async fn create(page: &Page, room: &str, kind: &str) {
    page.eval("document.getElementById('create-open').click()")
        .await;
    shown(page, "create-dialog").await;
    page.set("#create-name", room).await;
    page.click(&format!("#create-dialog [value={kind}]")).await;
    page.click("#create-dialog .primary").await;
    is_in(page, room).await;
}

/// Enters a public room.
pub(super) async fn enter(page: &Page, room: &str) {
    page.eval("document.getElementById('browse-open').click()")
        .await;
    page.until(&format!(
        "document.querySelector('[aria-label=\"Enter {room}\"]')"
    ))
    .await;
    page.click(&format!("[aria-label=\"Enter {room}\"]")).await;
    is_in(page, room).await;
}

/// Writes to somebody: their conversation is open then.
pub(super) async fn write_to(page: &Page, name: &str) {
    page.eval("document.getElementById('direct-open').click()")
        .await;
    shown(page, "name-dialog").await;
    page.set("#name-name", name).await;
    page.click("#name-dialog .primary").await;
    is_in(page, name).await;
}

pub(super) async fn is_in(page: &Page, title: &str) {
    page.until(&format!(
        "document.getElementById('title').textContent === {title:?}
            && document.getElementById('subtitle').textContent !== ''
            && !document.querySelector('dialog[open]')"
    ))
    .await;
}

/// Opens a room of the list.
pub(super) async fn open(page: &Page, title: &str) {
    page.until(&room(title)).await;
    page.eval(&format!("{}.click()", room(title))).await;
    is_in(page, title).await;
}

/// The button of a room in the list.
pub(super) fn room(title: &str) -> String {
    format!(
        "[...document.querySelectorAll('.rooms button')]
            .find(it => it.querySelector('.room-name').textContent === {title:?})"
    )
}

/// Waits until a room has so many messages that are not read; nothing for none.
pub(super) async fn has_unread(page: &Page, title: &str, count: &str) {
    page.until(&format!(
        "({}?.querySelector('.badge')?.firstChild.textContent ?? '') === {count:?}",
        room(title)
    ))
    .await;
}

pub(super) async fn say(page: &Page, text: &str) {
    page.set("#text", text).await;
    page.click("#send").await;
}

/// Waits until these are the messages, in this order, and all of them are kept.
pub(super) async fn stands(page: &Page, words: &[&str]) {
    let words = serde_json::to_string(words).expect("texts");
    page.until(&format!(
        "JSON.stringify({WORDS}) === JSON.stringify({words}) &&
         document.querySelectorAll('#log .message:not(.kept)').length === 0"
    ))
    .await;
}

/// Clicks a button of the message with these words.
pub(super) async fn press(page: &Page, words: &str, button: &str) {
    page.eval(&format!(
        "[...document.querySelectorAll('#log .message')]
            .find(it => it.querySelector('.words').textContent === {words:?})
            .querySelector('[aria-label^={button:?}]').click()"
    ))
    .await;
}

pub(super) async fn network(page: &Page, offline: bool) {
    let conditions = json!({
        "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    page.call("Network.emulateNetworkConditions", conditions)
        .await;
}

/// In both widths and both schemes: nothing sticks out, axe-core finds nothing, and there is
/// a picture to look at.
pub(super) async fn look(page: &Page, what: &str) {
    // Only what is in front is painted.
    page.call("Page.bringToFront", json!({})).await;
    // What moves is looked at where it comes to rest.
    let script = axe::script();
    for (width, height) in [(1280, 800), (400, 780)] {
        page.size(width, height).await;
        for scheme in ["light", "dark"] {
            let features = json!({ "features": [
                { "name": "prefers-color-scheme", "value": scheme },
                { "name": "prefers-reduced-motion", "value": "reduce" },
            ] });
            page.call("Emulation.setEmulatedMedia", features).await;
            page.eval("Promise.all(document.getAnimations().map(it => it.finished.catch(() => {})))")
                .await;
            let shot = format!("19-{what}-{width}-{scheme}");
            assert_eq!(page.overflow().await, "", "{shot}");
            page.picture("html", &shot).await;
            if let Some(script) = &script {
                let found = axe::violations(page, script).await;
                assert_eq!(found, "", "{shot}");
            }
        }
    }
    page.size(1280, 800).await;
}
