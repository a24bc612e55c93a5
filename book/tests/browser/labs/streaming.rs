//! The labs of chapters 4 and 5: an answer that goes on.

use super::{counts, shows, start, stop};
use crate::{Book, in_a_page};

#[test]
fn a_stream_is_held_back_and_cut_on_the_way() {
    in_a_page("the lab of chapter 4 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "04-http-streaming").await;
        let state = "document.querySelector('wire-lab .lab-state').innerText";
        page.until(&format!("{state} === 'open'")).await;
        shows(&page, "GET /stream?after=0 HTTP/1.1").await;
        shows(&page, "Transfer-Encoding: chunked").await;
        page.click("wire-lab form button").await;
        shows(&page, "event 1 delivered").await;
        counts(&page, "pieces", "n === 1").await;

        page.click("wire-lab input[value=hold]").await;
        shows(&page, "the proxy gathers 200 bytes").await;
        page.click("wire-lab form button").await;
        shows(&page, "event 2 published").await;
        counts(&page, "events", "n === 1").await;
        page.click("wire-lab input[value=none]").await;
        counts(&page, "events", "n === 2").await;

        page.click("wire-lab input[value=cut]").await;
        shows(&page, "GET /stream?after=2 HTTP/1.1").await;
        counts(&page, "streams", "n >= 2").await;
        // An empty line in time, and it lives.
        page.click("wire-lab input[value=alive]").await;
        counts(&page, "empty", "n >= 3").await;
        page.picture("wire-lab", "04-http-streaming-live").await;
        stop(&page).await;
        page.finish(&["net::ERR_"]);
    });
}

#[test]
fn server_sent_events_resume_after_a_cut_and_stop_at_204() {
    in_a_page("the lab of chapter 5 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "05-server-sent-events").await;
        let state = "document.querySelector('wire-lab .lab-state').innerText";
        page.until(&format!("{state} === 'open'")).await;
        shows(&page, "GET /stream?after=0 HTTP/1.1").await;
        shows(&page, "Accept: text/event-stream").await;
        page.click("wire-lab form button").await;
        shows(&page, "event 1 delivered").await;
        counts(&page, "messages", "n === 1").await;

        // While the browser waits to come back, something happens.
        page.click("wire-lab .lab-cut").await;
        page.until(&format!("{state} === 'connecting'")).await;
        page.click("wire-lab form button").await;
        shows(&page, "event 2 published").await;
        shows(&page, "Last-Event-ID: 1").await;
        counts(&page, "messages", "n === 2").await;
        counts(&page, "repeated", "n === 0").await;
        counts(&page, "missing", "n === 0").await;
        page.picture("wire-lab", "05-server-sent-events-live").await;

        page.click("wire-lab .lab-end").await;
        page.until(&format!("{state} === 'closed for good'")).await;
        shows(&page, "HTTP/1.1 204 No Content").await;
        stop(&page).await;
        page.finish(&["net::ERR_"]);
    });
}
