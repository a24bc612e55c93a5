//! The lab of chapter 9, live: the browser's own `WebSocket` against the chapter's server.

use super::{counts, shows, start, stop};
use crate::{Book, Page, in_a_page};

/// What the server sends that it must not, and the Close with which Chromium fails the
/// connection.
const LIES: [(&str, &str); 9] = [
    ("a masked frame", "1002"),
    ("a text that is not UTF-8", "1002"),
    ("a reserved opcode", "1002"),
    ("a reserved bit", "1002"),
    ("a length in too many bytes", "1002"),
    ("a ping in fragments", "1002"),
    ("a text within a text", "1002"),
    ("a Close of one byte", "1002"),
    ("a Close with 1005", "1002"),
];

/// What the client by hand sends, and what the server says.
const TRIES: [(&str, &str); 15] = [
    ("nothing wrong", "Close 1000"),
    ("a frame without a mask", "Close 1002"),
    ("a reserved opcode", "Close 1002"),
    ("a reserved bit", "Close 1002"),
    ("a length in too many bytes", "Close 1002"),
    ("the header of 4 GiB", "Close 1009"),
    ("bad UTF-8, 3 bytes of 1,000", "Close 1007"),
    ("a ping of 126 bytes", "Close 1002"),
    ("a ping in fragments", "Close 1002"),
    ("a text within a text", "Close 1002"),
    ("a continuation of nothing", "Close 1002"),
    ("a Close of one byte", "Close 1002"),
    ("a Close with 1005", "Close 1002"),
    ("a message behind a Close", "Close 1000"),
    ("half a frame, and TCP ends", "no Close"),
];

const STATE: &str = "document.querySelector('wire-lab .lab-state').textContent";

/// Waits until the script has been told, or the server has said, what begins the list.
async fn says(page: &Page, list: &str, words: &str) {
    page.until(&format!(
        "document.querySelector('wire-lab .{list} li')?.innerText.startsWith({words:?})"
    ))
    .await;
}

async fn tells(page: &Page, words: &str) {
    says(page, "lab-script", words).await;
}

async fn reopen(page: &Page) {
    page.click("wire-lab .lab-open").await;
    page.until(&format!("{STATE} === 'open'")).await;
}

/// The names that a list of choices offers.
async fn offered(page: &Page, select: &str) -> String {
    page.text(&format!(
        "[...document.querySelector('wire-lab .{select}').options]
            .map(option => option.value).join('; ')"
    ))
    .await
}

#[test]
fn a_connection_lives_and_ends_in_each_way() {
    in_a_page("the lab of chapter 9 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "09-connection").await;
        tells(&page, "1: open").await;
        page.click("wire-lab .lab-text").await;
        tells(&page, "1: message \"Hello\"").await;
        // A ping is the browser's own affair: its script hears nothing.
        page.click("wire-lab .lab-ping").await;
        shows(&page, "ping frame").await;
        shows(&page, "pong frame").await;
        page.click("wire-lab .lab-fragments").await;
        tells(&page, "1: message \"one, two, three\"").await;
        page.click("wire-lab .lab-close").await;
        // The answer to a Close has its code, and no reason.
        tells(&page, "1: close 1000 \"\", clean").await;
        shows(&page, "closed: 1000 bye").await;

        reopen(&page).await;
        page.set("wire-lab .lab-code", "1005").await;
        page.click("wire-lab .lab-close").await;
        tells(&page, "close(1005) throws").await;
        page.click("wire-lab .lab-server-close").await;
        page.until(
            "document.querySelector('wire-lab .lab-message').innerText
                .startsWith('The server says no: 1005')",
        )
        .await;
        page.set("wire-lab .lab-code", "4001").await;
        page.click("wire-lab .lab-server-close").await;
        tells(&page, "2: close 4001 \"bye\", clean").await;

        reopen(&page).await;
        page.click("wire-lab .lab-long").await;
        tells(&page, "3: close 1009 \"\", clean").await;
        shows(&page, "a payload of more than 1000 bytes").await;
        reopen(&page).await;
        page.click("wire-lab .lab-cut").await;
        tells(&page, "4: close 1006 \"\", not clean").await;
        counts(&page, "back", "n === 2").await;
        page.picture("wire-lab", "09-connection-live").await;
        stop(&page).await;
        page.finish(&["WebSocket connection to", "422 (Unprocessable Entity)"]);
    });
}

#[test]
fn what_a_browser_would_not_send_is_sent_by_hand() {
    in_a_page("rules are broken by hand", async |page| {
        let book = Book::serve();
        start(&page, &book, "09-connection").await;
        for (name, answer) in TRIES {
            page.set("wire-lab .lab-tries", name).await;
            page.click("wire-lab .lab-hand").await;
            says(&page, "lab-verdicts", &format!("{name}: {answer}, ")).await;
            page.until("!document.querySelector('wire-lab .lab-hand').disabled")
                .await;
        }
        let tested: Vec<&str> = TRIES.iter().map(|(name, _)| *name).collect();
        assert_eq!(offered(&page, "lab-tries").await, tested.join("; "));
        counts(&page, "refused", "n === 12").await;
        page.picture("wire-lab", "09-connection-by-hand").await;
        stop(&page).await;
        page.finish(&[]);
    });
}

#[test]
fn a_browser_refuses_a_server_that_breaks_a_rule() {
    in_a_page("a server lies to a browser", async |page| {
        let book = Book::serve();
        start(&page, &book, "09-connection").await;
        page.until(&format!("{STATE} === 'open'")).await;
        let closed = "[...document.querySelectorAll('wire-lab .wire-live .wire-note')]
            .map(note => /closed: (\\d+)/.exec(note.textContent)?.[1]).filter(Boolean)";
        for (at, (name, _)) in LIES.iter().enumerate() {
            page.set("wire-lab .lab-lies", name).await;
            page.click("wire-lab .lab-lie").await;
            tells(&page, &format!("{}: close 1006 \"\", not clean", at + 1)).await;
            page.until(&format!("{closed}.length === {}", at + 1)).await;
            reopen(&page).await;
        }
        let codes: Vec<&str> = LIES.iter().map(|(_, code)| *code).collect();
        let seen = page.text(&format!("{closed}.join()")).await;
        assert_eq!(seen, codes.join(","));
        let tested: Vec<&str> = LIES.iter().map(|(name, _)| *name).collect();
        assert_eq!(offered(&page, "lab-lies").await, tested.join("; "));
        page.picture("wire-lab", "09-connection-lies").await;
        stop(&page).await;
        page.finish(&["WebSocket connection to"]);
    });
}
