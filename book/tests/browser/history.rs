//! Chapter 14's page: it loses nothing and doubles nothing, whatever becomes of its
//! connection and of the server.

mod actions;
mod server;

use crate::{Page, in_a_page};
use actions::{WORDS, enter, holds, is_in, network, pictures, press, say, stands};
use server::Stopped;

/// What Chromium writes to its console about an attempt while nobody listens. A script
/// cannot keep it from that.
const REFUSED: &str = "net::ERR_";

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
        // One page more at least: it stands at the top, where scrolling loads more as well.
        ann.until(&format!(
            "(numbers => numbers[0] <= 91 && numbers.at(-1) === 1140
                && numbers.every((number, i) => number === numbers[0] + i)
            )({WORDS}.map(words => Number(words.split(' ')[1])))"
        ))
        .await;
        let gaps = "String(document.querySelectorAll('.gap').length)";
        assert_eq!(ann.text(gaps).await, "0");
        ann.finish(&[REFUSED]);
    });
}

#[test]
fn a_connection_that_is_dead_is_given_up() {
    in_a_page("a dead connection", async |ann| {
        let (server, gate) = Stopped::new().start_gated().await;
        enter(&ann, &server.url(), "Ann").await;
        // What she says arrives, and no answer does: nobody closes anything.
        gate.shut();
        say(&ann, "hello?").await;
        holds(&ann, "pending", "hello?").await;
        // Ten seconds, and a script is told nothing earlier.
        holds(&ann, "state", "not connected: no answer").await;
        is_in(&ann, "Ann").await;
        stands(&ann, &["hello?"]).await;
        assert_eq!(server.entries().await, 1);
        ann.finish(&[]);
    });
}

#[test]
fn what_the_server_has_lost_is_not_shown_any_more() {
    in_a_page("a server with yesterday's file", async |ann| {
        let server = Stopped::new().says(1..=5).await.start().await;
        enter(&ann, &server.url(), "Ann").await;
        holds(&ann, "log", "message 5").await;
        let stopped = server.kill().await;
        holds(&ann, "state", "not connected").await;
        let stopped = stopped.put_back().says(1..=2).await;
        let _server = stopped.start().await;
        is_in(&ann, "Ann").await;
        stands(&ann, &["message 1", "message 2"]).await;
        // And it goes on with the number 3.
        say(&ann, "three").await;
        stands(&ann, &["message 1", "message 2", "three"]).await;
        ann.finish(&[REFUSED]);
    });
}

#[test]
fn what_is_refused_is_given_back_and_leaving_asks_first() {
    in_a_page("refused, and left", async |ann| {
        let server = Stopped::new().start().await;
        let url = server.url();
        ann.go(&url).await;
        ann.set("#name", "  ").await;
        ann.click("#enter button").await;
        holds(&ann, "problem", "name: it is empty or blank").await;
        enter(&ann, &url, "Ann").await;
        // The field counts characters, and the server bytes.
        let long = "é".repeat(3000);
        say(&ann, &long).await;
        holds(&ann, "problem", "text: its length is 6000").await;
        let field = "document.getElementById('text').value";
        assert_eq!(ann.text(field).await, long);
        say(&ann, "shorter").await;
        stands(&ann, &["shorter"]).await;

        let stopped = server.kill().await;
        holds(&ann, "state", "not connected").await;
        say(&ann, "nobody is there").await;
        holds(&ann, "pending", "nobody is there").await;
        ann.click("#leave").await;
        holds(&ann, "problem", "leave again to give it up").await;
        ann.click("#leave").await;
        ann.until("!document.getElementById('enter').hidden").await;
        let _server = stopped.start().await;
        ann.set("#room", "tea-room").await;
        ann.click("#enter button").await;
        is_in(&ann, "Ann").await;
        stands(&ann, &["shorter"]).await;
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
