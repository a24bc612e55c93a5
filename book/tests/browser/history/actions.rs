//! What people do on chapter 14's page, and what they wait for.

use crate::Page;

/// The messages that are shown.
pub(super) const WORDS: &str =
    "[...document.querySelectorAll('#log .words')].map(e => e.textContent)";

pub(super) async fn enter(page: &Page, url: &str, name: &str) {
    page.go(url).await;
    page.set("#name", name).await;
    page.click("#enter button").await;
    is_in(page, name).await;
}

/// Waits until the page is in the room. It does not wait for the schedule: it says "Try now".
pub(super) async fn is_in(page: &Page, name: &str) {
    page.until(&format!(
        "(document.getElementById('now').hidden || document.getElementById('now').click(),
         document.getElementById('state').textContent === '{name} in tea-room')"
    ))
    .await;
}

pub(super) async fn say(page: &Page, text: &str) {
    page.set("#text", text).await;
    page.click("#send").await;
}

/// Waits until an element holds this text.
pub(super) async fn holds(page: &Page, id: &str, text: &str) {
    page.until(&format!(
        "document.getElementById({id:?}).textContent.includes({text:?})"
    ))
    .await;
}

/// Waits until these are the messages, in this order, and nothing waits to be kept.
pub(super) async fn stands(page: &Page, words: &[&str]) {
    let words = serde_json::to_string(words).expect("texts");
    page.until(&format!(
        "JSON.stringify({WORDS}) === JSON.stringify({words}) &&
         document.querySelectorAll('#pending li').length === 0"
    ))
    .await;
}

/// Clicks a button of the message with these words.
pub(super) async fn press(page: &Page, words: &str, button: &str) {
    page.eval(&format!(
        "[...document.querySelectorAll('#log li')]
            .find(li => li.querySelector('.words')?.textContent === {words:?})
            .querySelectorAll('button').forEach(b => b.textContent === {button:?} && b.click())"
    ))
    .await;
}

pub(super) async fn network(page: &Page, offline: bool) {
    let conditions = serde_json::json!({
        "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    page.call("Network.emulateNetworkConditions", conditions)
        .await;
}

/// In both shapes and both schemes: nothing sticks out, and there is something to look at.
pub(super) async fn pictures(page: &Page, what: &str) {
    // Only what is in front is painted.
    page.call("Page.bringToFront", serde_json::json!({})).await;
    for (width, height, scheme) in [(1280, 800, "light"), (400, 700, "dark")] {
        page.size(width, height).await;
        let feature = serde_json::json!({
            "features": [{ "name": "prefers-color-scheme", "value": scheme }],
        });
        page.call("Emulation.setEmulatedMedia", feature).await;
        assert_eq!(page.overflow().await, "", "at {width} px");
        page.picture("html", &format!("14-history-{what}-{width}"))
            .await;
    }
}
