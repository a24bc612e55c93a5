//! What a page of another origin can do to a chat that knows its people by a cookie: first
//! everything, then nothing. Recorded is what each kind of cookie stops in Chromium.

#[path = "../../../chapters/15-gatekeeping/examples/ch15-hijacking/careless.rs"]
mod careless;
#[path = "../../../chapters/15-gatekeeping/examples/ch15-hijacking/hostile.rs"]
mod hostile;
mod house;

use careless::SameSite;
use house::{Asked, House};
use serde_json::json;

use crate::{Page, ThirdParty, in_a_page, in_a_page_with};

/// What Chromium writes to its console about an answer that is a refusal.
const REFUSED: [&str; 2] = ["status of 401", "status of 403"];
/// The same about a handshake.
const NO_SOCKET: &str = "WebSocket connection to";

/// Ann's browser, signed in, with the chat on its page.
async fn signed_in(ann: &Page, house: &House) {
    ann.go(&house.chat).await;
    ann.click("#sign-in").await;
    ann.until("document.querySelectorAll('#said li').length >= 2")
        .await;
}

/// Ann looks at the other page, and presses its button.
async fn looks_at(mallory: &Page, house: &mut House, at: &str) -> [u16; 3] {
    house.forget();
    mallory.go(at).await;
    let socket = house.answered(Asked::Socket, 1).await;
    let script = house.answered(Asked::Say, 1).await;
    mallory.click("#form button").await;
    let form = house.answered(Asked::Say, 2).await;
    [socket, script, form]
}

/// What stands on a page, in a list.
async fn lines(page: &Page, list: &str) -> String {
    page.text(&format!(
        "[...document.querySelectorAll('#{list} li')].map(e => e.textContent).join('\\n')"
    ))
    .await
}

#[test]
fn hijacking_a_page_of_another_origin_does_everything() {
    in_a_page("a hijacked socket", async |ann| {
        // The strictest cookie that there is, and another port of the same host.
        let mut house = House::open(SameSite::Strict, false).await;
        signed_in(&ann, &house).await;
        let mallory = ann.beside().await;
        let at = house.same_site.clone();
        assert_eq!(looks_at(&mallory, &mut house, &at).await, [101, 204, 204]);
        // It has read what was said to Ann ...
        mallory
            .until("document.querySelectorAll('#heard li').length >= 5")
            .await;
        let heard = lines(&mallory, "heard").await;
        assert!(heard.starts_with("Bob: The key is under the third flowerpot.\n"));
        mallory.call("Page.bringToFront", json!({})).await;
        mallory.picture("html", "15-hijacked").await;
        // ... and Ann finds what she is supposed to have said, in three ways.
        ann.until("document.querySelectorAll('#said li').length >= 5")
            .await;
        let said = lines(&ann, "said").await;
        for words in [
            "Ann: I owe Mallory a hundred pounds.",
            "Ann: Mallory may have my bicycle.",
            "Ann: Send Mallory my teapot, please= It is paid.",
        ] {
            assert!(said.contains(words), "{words} is not in\n{said}");
        }
        for page in [ann, mallory] {
            page.finish(&[]);
        }
    });
}

#[test]
fn hijacking_a_page_of_another_origin_does_nothing() {
    in_a_page("a socket that is not hijacked", async |ann| {
        // The loosest cookie that there is, and both places.
        let mut house = House::open(SameSite::None, true).await;
        signed_in(&ann, &house).await;
        let mallory = ann.beside().await;
        for at in [house.same_site.clone(), house.other_site.clone()] {
            assert_eq!(looks_at(&mallory, &mut house, &at).await, [403, 403, 403]);
            // Nothing is told about the reason.
            mallory.go(&at).await;
            mallory.until("document.getElementById('socket').textContent === 'closed with 1006'").await;
            assert_eq!(lines(&mallory, "heard").await, "");
        }
        // Ann has her chat, and what she says is the first that she has said.
        ann.eval("fetch('/say', { method: 'POST', body: 'Good evening.' })")
            .await;
        ann.until("document.querySelectorAll('#said li').length >= 3")
            .await;
        assert_eq!(
            lines(&ann, "said").await,
            "Bob: The key is under the third flowerpot.\n\
             Ann: Thank you. We are away until Sunday.\n\
             Ann: Good evening."
        );
        ann.finish(&[]);
        mallory.finish(&[REFUSED[0], REFUSED[1], NO_SOCKET]);
    });
}

#[test]
fn what_a_cookie_stops_is_recorded() {
    in_a_page("four kinds of cookies", async |ann| {
        let mallory = ann.beside().await;
        let mut rows = Vec::new();
        for (cookie, called) in [
            (SameSite::None, "`SameSite=None`"),
            (SameSite::Unset, "none given, new"),
            (SameSite::Lax, "`SameSite=Lax`"),
            (SameSite::Strict, "`SameSite=Strict`"),
        ] {
            ann.call("Network.clearBrowserCookies", json!({})).await;
            let mut house = House::open(cookie, false).await;
            signed_in(&ann, &house).await;
            for (at, place) in [
                (house.other_site.clone(), "another site"),
                (house.same_site.clone(), "another port"),
            ] {
                let [socket, script, form] = looks_at(&mallory, &mut house, &at).await;
                let cell = |status, done| match status {
                    _ if status == done => "done",
                    401 => "stopped",
                    other => panic!("{other} for a {called} from {place}"),
                };
                rows.push(json!([
                    called,
                    place,
                    cell(socket, 101),
                    cell(script, 204),
                    cell(form, 204)
                ]));
            }
        }
        let table = json!({
            "caption": "What a page does to a server that looks at nothing but the cookie",
            "columns": ["cookie", "the page is on", "WebSocket", "POST by a script", "POST by a form"],
            "rows": rows,
            "note": "Recorded in Chromium, against `ch15-hijacking`. The chat is at \
                `http://127.0.0.1:A`, the page at `http://127.0.0.1:B` and at \
                `http://localhost:B`. New is a cookie of less than two minutes.",
        });
        insta::with_settings!({
            omit_expression => true, prepend_module_to_snapshot => false,
            snapshot_path => "../../../chapters/15-gatekeeping/tests/snapshots",
        }, {
            insta::assert_snapshot!("browser__same_site", format!("{table:#}"));
        });
        ann.finish(&[]);
        mallory.finish(&[REFUSED[0], REFUSED[1], NO_SOCKET]);
    });
}

#[test]
fn third_party_cookies_that_are_blocked_stop_scripts_and_no_form() {
    const WHAT: &str = "blocked cookies";
    in_a_page_with(ThirdParty::Blocked, WHAT, async |ann| {
        let mut house = House::open(SameSite::None, false).await;
        signed_in(&ann, &house).await;
        let mallory = ann.beside().await;
        for (at, answers) in [
            (house.other_site.clone(), [401, 401, 204]),
            (house.same_site.clone(), [101, 204, 204]),
        ] {
            assert_eq!(looks_at(&mallory, &mut house, &at).await, answers);
        }
        ann.finish(&[]);
        mallory.finish(&[REFUSED[0], NO_SOCKET]);
    });
}
