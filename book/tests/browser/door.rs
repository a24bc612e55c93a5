//! Chapter 15's page: two people with accounts, whose rooms have doors.

mod server;

use serde_json::json;

use crate::{Page, in_a_page};
use server::Server;

/// What Chromium writes to its console about an answer that is a refusal. A script cannot keep
/// it from that.
const REFUSED: &str =
    "Failed to load resource: the server responded with a status of 4";

const PASSWORD: &str = "seven teapots fly";

async fn holds(page: &Page, id: &str, text: &str) {
    page.until(&format!(
        "document.getElementById({id:?}).textContent.includes({text:?})"
    ))
    .await;
}

async fn sign(page: &Page, how: &str, name: &str, password: &str) {
    page.set("#name", name).await;
    page.set("#password", password).await;
    page.click(how).await;
}

async fn is_in(page: &Page, name: &str) {
    page.until(&format!(
        "(document.getElementById('now').hidden || document.getElementById('now').click(),
         document.getElementById('state').textContent === '{name} is signed in')"
    ))
    .await;
}

async fn come(page: &Page, url: &str, name: &str) {
    page.go(url).await;
    sign(page, "#sign-up", name, PASSWORD).await;
    is_in(page, name).await;
}

async fn make(page: &Page, room: &str, is_private: bool) {
    page.eval("document.getElementById('new').open = true")
        .await;
    page.set("#room", room).await;
    if is_private {
        page.click("#private").await;
    }
    page.click("#make button").await;
    holds(page, "title", room).await;
}

/// Waits until there is a room of this title, and goes there.
async fn enter(page: &Page, title: &str) {
    let found = format!(
        "[...document.querySelectorAll('#rooms button')]
            .find(button => button.textContent === {title:?})"
    );
    page.until(&format!("{found} !== undefined")).await;
    page.eval(&format!("{found}.click()")).await;
    page.until(&format!(
        "document.getElementById('title').textContent === {title:?}"
    ))
    .await;
}

async fn say(page: &Page, text: &str) {
    page.set("#text", text).await;
    page.click("#send").await;
}

/// Waits until these are the messages of the room that is shown, and nothing waits.
async fn stands(page: &Page, words: &[&str]) {
    let words = serde_json::to_string(words).expect("texts");
    page.until(&format!(
        "JSON.stringify([...document.querySelectorAll('#logs .words')]
            .map(e => e.textContent)) === JSON.stringify({words}) &&
         document.querySelectorAll('#pending li').length === 0"
    ))
    .await;
}

/// In both shapes and both schemes: nothing sticks out, and there is something to look at.
async fn pictures(page: &Page, what: &str) {
    page.call("Page.bringToFront", json!({})).await;
    for (width, height, scheme) in [(1280, 800, "light"), (400, 700, "dark")] {
        page.size(width, height).await;
        let feature = json!({
            "features": [{ "name": "prefers-color-scheme", "value": scheme }],
        });
        page.call("Emulation.setEmulatedMedia", feature).await;
        assert_eq!(page.overflow().await, "", "{what} at {width} px");
        page.picture("html", &format!("15-door-{what}-{width}"))
            .await;
    }
    page.size(1280, 900).await;
}

#[test]
fn two_people_talk_invite_and_talk_alone() {
    in_a_page("two accounts", async |ann| {
        let server = Server::start().await;
        let bob = ann.apart().await;
        ann.go(&server.url).await;
        pictures(&ann, "outside").await;
        come(&ann, &server.url, "Ann").await;
        come(&bob, &server.url, "Bob").await;
        make(&ann, "harbour", false).await;
        say(&ann, "Who is there?").await;
        bob.go(&server.url).await;
        is_in(&bob, "Bob").await;
        enter(&bob, "harbour").await;
        stands(&bob, &["Who is there?"]).await;
        say(&bob, "I am.").await;
        for page in [&ann, &bob] {
            stands(page, &["Who is there?", "I am."]).await;
            holds(page, "members", "Here now: ").await;
            holds(page, "members", "Bob").await;
        }

        // A private room is nowhere in Bob's list until he is invited.
        make(&ann, "secret", true).await;
        say(&ann, "nobody hears this yet").await;
        stands(&ann, &["nobody hears this yet"]).await;
        let rooms = "document.getElementById('rooms').textContent";
        assert_eq!(bob.text(rooms).await, "harbour");
        ann.set("#guest", "bob").await;
        ann.click("#invite button").await;
        enter(&bob, "secret").await;
        stands(&bob, &["nobody hears this yet"]).await;
        holds(&ann, "members", "Members: Ann, Bob").await;

        // A talk between two, which is new at the other's.
        bob.eval("document.getElementById('new').open = true").await;
        bob.set("#whom", "Ann").await;
        bob.click("#direct button").await;
        holds(&bob, "title", "with Ann").await;
        say(&bob, "between us").await;
        enter(&ann, "with Bob").await;
        stands(&ann, &["between us"]).await;
        pictures(&ann, "inside").await;

        // Who leaves is out at once.
        enter(&bob, "secret").await;
        bob.click("#leave").await;
        bob.until("document.getElementById('here').hidden").await;
        bob.until("!document.getElementById('rooms').textContent.includes('secret')")
            .await;
        enter(&ann, "secret").await;
        holds(&ann, "members", "Members: Ann.").await;
        for page in [ann, bob] {
            page.finish(&[]);
        }
    });
}

#[test]
fn a_session_that_ends_while_somebody_is_connected() {
    in_a_page("an expired session", async |ann| {
        let server = Server::start().await;
        come(&ann, &server.url, "Ann").await;
        make(&ann, "harbour", false).await;
        say(&ann, "before").await;
        stands(&ann, &["before"]).await;
        // She uses it for as long as one may, and two seconds before the end she comes again.
        const DAY: u64 = 24 * 60 * 60;
        for _ in 0..8 {
            server.pass(11 * DAY);
            ann.eval("fetch('/api/me').then(answer => answer.json())")
                .await;
        }
        server.pass(2 * DAY - 2);
        ann.go(&server.url).await;
        is_in(&ann, "Ann").await;
        server.pass(2);
        // She does nothing. It is the server that says it.
        holds(&ann, "problem", "your session has ended").await;
        ann.until("document.getElementById('chat').hidden").await;
        sign(&ann, "#sign-in", "ann", "seven teapots fell").await;
        holds(&ann, "problem", "password").await;
        sign(&ann, "#sign-in", "ann", PASSWORD).await;
        is_in(&ann, "Ann").await;
        enter(&ann, "harbour").await;
        stands(&ann, &["before"]).await;

        // Signed out in another window of the same browser: this one hears it by its socket.
        let other = ann.beside().await;
        other.go(&server.url).await;
        is_in(&other, "Ann").await;
        other.click("#sign-out").await;
        holds(&ann, "problem", "your session has ended").await;
        other.finish(&[]);
        ann.finish(&[REFUSED]);
    });
}

/// Each kind of it: an element with a handler, a script, a link, an attribute's end, and an
/// entity.
const MARKUP: [&str; 5] = [
    "<img src=x onerror=\"window.ran=1\">",
    "<script>window.ran=1</script>",
    "<a href=\"javascript:window.ran=1\">x</a>",
    "\" onfocus=window.ran=1 autofocus x=\"",
    "&lt;svg onload=window.ran=1&gt;",
];

/// Waits until the page says why something cannot be done, and takes the words away.
async fn is_refused(page: &Page) {
    let problem = "document.getElementById('problem').textContent";
    page.until(&format!("{problem} !== ''")).await;
    page.eval(&format!("{problem} = ''")).await;
}

#[test]
fn markup_in_every_field_is_text() {
    in_a_page("markup in every field", async |ann| {
        let server = Server::start().await;
        let bob = ann.apart().await;
        ann.go(&server.url).await;
        for markup in MARKUP {
            // A name may not have it, and the answer says so with a sign of it.
            sign(&ann, "#sign-up", markup, PASSWORD).await;
            is_refused(&ann).await;
            sign(&ann, "#sign-in", "Ann", markup).await;
            is_refused(&ann).await;
        }
        come(&ann, &server.url, "Ann").await;
        come(&bob, &server.url, "Bob").await;
        make(&ann, "harbour", false).await;
        bob.go(&server.url).await;
        is_in(&bob, "Bob").await;
        enter(&bob, "harbour").await;
        for markup in MARKUP {
            say(&ann, markup).await;
        }
        stands(&ann, &MARKUP).await;
        stands(&bob, &MARKUP).await;
        ann.eval("document.getElementById('new').open = true").await;
        make(&ann, "secret", true).await;
        for markup in MARKUP {
            ann.eval("document.getElementById('new').open = true").await;
            for (field, button) in
                [("#whom", "#direct button"), ("#guest", "#invite button")]
            {
                ann.set(field, markup).await;
                ann.click(button).await;
                is_refused(&ann).await;
            }
            // The field has a pattern, and the server has another one.
            ann.eval("document.getElementById('room').removeAttribute('pattern')")
                .await;
            ann.set("#room", markup).await;
            ann.click("#make button").await;
            is_refused(&ann).await;
        }
        for page in [&ann, &bob] {
            let elements = "String(document.querySelectorAll('img, svg, a, body script[src=\"\"]').length)";
            assert_eq!(page.text(elements).await, "0");
            assert_eq!(page.text("String(window.ran)").await, "undefined");
        }
        // The policy had nothing to stop either: its console would say so.
        bob.finish(&[]);
        ann.finish(&[REFUSED]);
    });
}

#[test]
fn the_policy_stops_what_becomes_markup_all_the_same() {
    in_a_page("the policy", async |page| {
        let server = Server::start().await;
        page.go(&server.url).await;
        // As a page with a mistake does it. The image's handler would run a moment later.
        page.eval(
            "new Promise(done => {
                addEventListener('securitypolicyviolation', done, { once: true });
                document.body.insertAdjacentHTML('beforeend',
                    '<img src=data:, onerror=\"window.ran=1\">');
            })",
        )
        .await;
        assert_eq!(page.text("String(window.ran)").await, "undefined");
        // And no other server is talked to, not even this one by its other name.
        let stopped = page
            .text(
                "new Promise(done => {
                    addEventListener('securitypolicyviolation',
                        ({ effectiveDirective }) => done(effectiveDirective));
                    const other = location.href.replace('127.0.0.1', 'localhost');
                    fetch(other, { mode: 'no-cors' }).catch(() => {});
                })",
            )
            .await;
        assert_eq!(stopped, "connect-src");
        page.finish(&["Content Security Policy"]);
    });
}
