//! Chapter 14's page: it loses nothing and doubles nothing, whatever becomes of its
//! connection and of the server.

mod server;

use crate::{Page, in_a_page};
use server::Stopped;

/// What Chromium writes to its console about an attempt while nobody listens. A script
/// cannot keep it from that.
const REFUSED: &str = "net::ERR_";

const WORDS: &str =
    "[...document.querySelectorAll('#log .words')].map(e => e.textContent)";

async fn enter(page: &Page, url: &str, name: &str) {
    page.go(url).await;
    page.set("#name", name).await;
    page.click("#enter button").await;
    is_in(page, name).await;
}

/// Waits until the page is in the room. It does not wait for the schedule: it says "Try now".
async fn is_in(page: &Page, name: &str) {
    page.until(&format!(
        "(document.getElementById('now').hidden || document.getElementById('now').click(),
         document.getElementById('state').textContent === '{name} in tea-room')"
    ))
    .await;
}

async fn say(page: &Page, text: &str) {
    page.set("#text", text).await;
    page.click("#send").await;
}

/// Waits until an element holds this text.
async fn holds(page: &Page, id: &str, text: &str) {
    page.until(&format!(
        "document.getElementById({id:?}).textContent.includes({text:?})"
    ))
    .await;
}

/// Waits until these are the messages, in this order, and nothing waits to be kept.
async fn stands(page: &Page, words: &[&str]) {
    let words = serde_json::to_string(words).expect("texts");
    page.until(&format!(
        "JSON.stringify({WORDS}) === JSON.stringify({words}) &&
         document.querySelectorAll('#pending li').length === 0"
    ))
    .await;
}

/// Clicks a button of the message with these words.
async fn press(page: &Page, words: &str, button: &str) {
    page.eval(&format!(
        "[...document.querySelectorAll('#log li')]
            .find(li => li.querySelector('.words')?.textContent === {words:?})
            .querySelectorAll('button').forEach(b => b.textContent === {button:?} && b.click())"
    ))
    .await;
}

async fn network(page: &Page, offline: bool) {
    let conditions = serde_json::json!({
        "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    page.call("Network.emulateNetworkConditions", conditions)
        .await;
}

/// In both shapes and both schemes: nothing sticks out, and there is something to look at.
async fn pictures(page: &Page, what: &str) {
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

#[test]
fn nothing_is_lost_or_doubled_offline_and_over_a_killed_server() {
    in_a_page("two windows, cut and restarted", async |ann| {
        let server = Stopped::new().start().await;
        let (url, bob) = (server.url(), ann.beside().await);
        enter(&ann, &url, "Ann").await;
        enter(&bob, &url, "Bob").await;
        holds(&ann, "members", "Bob").await;
        say(&ann, "one").await;
        stands(&bob, &["one"]).await;

        // Ann goes into a tunnel, and writes there.
        network(&ann, true).await;
        let server = server.kill().await.start().await;
        holds(&ann, "state", "not connected").await;
        is_in(&bob, "Bob").await;
        ann.eval("document.getElementById('now').click()").await;
        holds(&ann, "state", "not connected").await;
        say(&ann, "from the tunnel").await;
        holds(&ann, "pending", "from the tunnel").await;
        say(&bob, "are you there?").await;
        stands(&bob, &["one", "are you there?"]).await;
        network(&ann, false).await;
        is_in(&ann, "Ann").await;
        let three = ["one", "are you there?", "from the tunnel"];
        stands(&ann, &three).await;
        stands(&bob, &three).await;

        // The server is killed, with something on its way to it.
        let stopped = server.kill().await;
        for (page, name) in [(&ann, "Ann"), (&bob, "Bob")] {
            holds(page, "state", "not connected").await;
            say(page, &format!("{name}, while it is dead")).await;
            say(page, &format!("{name} again")).await;
            holds(page, "pending", &format!("{name} again")).await;
        }
        pictures(&ann, "pending").await;
        let server = stopped.start().await;
        is_in(&ann, "Ann").await;
        let anns = ["Ann, while it is dead", "Ann again"];
        stands(&ann, &[&three[..], &anns].concat()).await;
        is_in(&bob, "Bob").await;
        let bobs = ["Bob, while it is dead", "Bob again"];
        for page in [&ann, &bob] {
            stands(page, &[&three[..], &anns, &bobs].concat()).await;
        }
        // A third window sees what they see, from the pages of the history.
        let eve = bob.beside().await;
        enter(&eve, &url, "Eve").await;
        stands(&eve, &[&three[..], &anns, &bobs].concat()).await;
        assert_eq!(server.entries().await, 7);
        for page in [ann, bob, eve] {
            page.finish(&[REFUSED]);
        }
    });
}

#[test]
fn what_was_said_is_changed_taken_back_and_found() {
    in_a_page("edit, delete and search", async |ann| {
        let server = Stopped::new().start().await;
        let (url, bob) = (server.url(), ann.beside().await);
        let markup = "<img src=x onerror=alert(1)><b>bold</b>";
        enter(&ann, &url, "<b>Ann</b>").await;
        enter(&bob, &url, "Bob").await;
        say(&ann, markup).await;
        say(&ann, "The fery leaves at nine").await;
        say(&ann, "Nobody needs to know").await;
        stands(
            &bob,
            &[markup, "The fery leaves at nine", "Nobody needs to know"],
        )
        .await;
        // What others have said is theirs.
        let buttons = "String(document.querySelectorAll('#log button').length)";
        assert_eq!(bob.text(buttons).await, "0");

        press(&ann, "The fery leaves at nine", "Edit").await;
        pictures(&ann, "change").await;
        assert_eq!(
            ann.text("document.activeElement.value").await,
            "The fery leaves at nine"
        );
        say(&ann, "The ferry leaves at nine").await;
        press(&ann, "Nobody needs to know", "Delete").await;
        press(&ann, "Nobody needs to know", "Really delete").await;
        for page in [&ann, &bob] {
            stands(page, &[markup, "The ferry leaves at nine"]).await;
            holds(page, "log", "edited").await;
            holds(page, "log", "deleted").await;
        }
        // Typed, and not said.
        bob.set("#text", "In a min").await;
        holds(&ann, "typing", "Bob is writing").await;

        bob.set("#query", "<b>bold</b>").await;
        bob.click("#search button").await;
        holds(&bob, "found-title", "1 found for “<b>bold</b>”").await;
        holds(&bob, "hits", markup).await;
        let elements = "String(document.querySelectorAll('img, b').length)";
        for page in [&ann, &bob] {
            assert_eq!(page.text(elements).await, "0");
        }
        pictures(&ann, "changed").await;
        pictures(&bob, "found").await;
        for page in [ann, bob] {
            page.finish(&[]);
        }
    });
}

#[test]
fn what_is_too_much_to_be_told_is_a_gap_and_on_older_pages() {
    in_a_page("a gap, and older pages", async |ann| {
        let server = Stopped::new().says(1..=120).await.start().await;
        enter(&ann, &server.url(), "Ann").await;
        // The newest page first, then an older one, by the button and by scrolling.
        let words = |range: std::ops::RangeInclusive<u32>| -> Vec<String> {
            range.map(|number| format!("message {number}")).collect()
        };
        let stand = async |page: &Page, range| {
            let words = words(range);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            stands(page, &words).await;
        };
        stand(&ann, 71..=120).await;
        ann.eval("document.getElementById('older').click()").await;
        stand(&ann, 21..=120).await;
        ann.eval("document.getElementById('scroll').scrollTop = 0")
            .await;
        stand(&ann, 1..=120).await;
        ann.until("document.getElementById('older').hidden").await;

        // While she is away, more is said than a client is told when it comes back.
        let stopped = server.kill().await;
        holds(&ann, "state", "not connected").await;
        let _server = stopped.says(121..=1140).await.start().await;
        is_in(&ann, "Ann").await;
        holds(&ann, "log", "Numbers 121 to 140 are not told here").await;
        stand(&ann, 141..=1140).await;
        // Without the button nothing is loaded at the top.
        let older = async |hidden: bool| {
            let set = format!("document.getElementById('older').hidden = {hidden}");
            ann.eval(&set).await;
        };
        older(true).await;
        ann.eval("document.getElementById('scroll').scrollTop = 0")
            .await;
        pictures(&ann, "gap").await;
        older(false).await;
        ann.eval("document.getElementById('older').click()").await;
        stand(&ann, 91..=1140).await;
        let gaps = "String(document.querySelectorAll('.gap').length)";
        assert_eq!(ann.text(gaps).await, "0");
        ann.finish(&[REFUSED]);
    });
}

#[test]
fn the_page_waits_as_long_as_the_client_in_rust() {
    in_a_page("the page's schedule", async |page| {
        let server = Stopped::new().start().await;
        page.go(&server.url()).await;
        let waits = page
            .eval(
                "import('/schedule.js').then(({ Schedule }) => [0, 0.5, 1].map(chance => {
                    const schedule = new Schedule(() => chance);
                    const waits = Array.from({ length: 7 }, () => schedule.next() / 1000);
                    schedule.connectedFor(9_999);
                    waits.push(schedule.next() / 1000);
                    schedule.connectedFor(10_000);
                    return [...waits, schedule.next() / 1000];
                }))",
            )
            .await;
        // By chance from the least to the most: the first anything up to 5 s, then twice as
        // long each time up to a minute; and anew after a connection of 10 s.
        let expected = serde_json::json!([
            [0, 2.5, 5, 10, 20, 30, 30, 30, 0],
            [2.5, 3.75, 7.5, 15, 30, 45, 45, 45, 2.5],
            [5, 5, 10, 20, 40, 60, 60, 60, 5],
        ]);
        let numbers = |value: &serde_json::Value| -> Vec<Vec<f64>> {
            serde_json::from_value(value.clone()).expect("numbers")
        };
        assert_eq!(numbers(&waits), numbers(&expected));
        page.finish(&[]);
    });
}
