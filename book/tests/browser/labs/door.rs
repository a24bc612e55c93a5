//! The lab of chapter 15, live: tickets, and sockets from elsewhere.

use super::{counts, shows, start, stop};
use crate::{Book, Page, in_a_page};

/// Waits until a list has this line.
async fn told(page: &Page, list: &str, line: &str) {
    page.until(&format!(
        "[...document.querySelectorAll('wire-lab .{list} li')]
            .some(line => line.innerText.includes({line:?}))"
    ))
    .await;
}

async fn allowed(page: &Page, button: &str) {
    page.until(&format!(
        "!document.querySelector('wire-lab .{button}').disabled"
    ))
    .await;
    page.click(&format!("wire-lab .{button}")).await;
}

#[test]
fn a_ticket_is_shown_twice_and_a_session_ends() {
    in_a_page("the lab of chapter 15 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "15-gatekeeping").await;
        // She is signed in by the start.
        page.until("!document.querySelector('wire-lab .lab-sign-out').disabled")
            .await;
        allowed(&page, "lab-ticket").await;
        told(&page, "lab-ada", "a ticket, good for 30 s").await;
        allowed(&page, "lab-open").await;
        told(&page, "lab-ada", "welcome: ada").await;
        counts(&page, "let_in", "n === 1").await;
        allowed(&page, "lab-open").await;
        told(&page, "lab-ada", "error bad_ticket").await;
        told(&page, "lab-ada", "closed with 4003").await;
        counts(&page, "turned", "n === 1").await;
        counts(&page, "open", "n === 1").await;
        allowed(&page, "lab-sign-out").await;
        told(&page, "lab-ada", "closed with 4004").await;
        counts(&page, "ended", "n === 1").await;
        allowed(&page, "lab-ticket").await;
        page.until(
            "document.querySelector('wire-lab .lab-message').innerText
                .startsWith('nobody is signed in')",
        )
        .await;

        // From elsewhere.
        page.click("wire-lab .lab-knock").await;
        told(&page, "lab-outside", "http://teapots.test: refused").await;
        shows(&page, "HTTP/1.1 403 ").await;
        page.set("wire-lab .lab-origin", "").await;
        page.click("wire-lab .lab-knock").await;
        told(&page, "lab-outside", "no origin: the handshake is accepted").await;
        page.picture("wire-lab", "15-gatekeeping-live").await;
        stop(&page).await;
        // What is refused here is 422, which the browser writes down.
        page.finish(&["status of 422"]);
    });
}
