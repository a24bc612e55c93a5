//! The labs of chapters 2 and 3: a page that asks again and again.

use super::{counts, shows, start, stop};
use crate::{Book, in_a_page};

#[test]
fn short_polling_brings_an_event() {
    in_a_page("the lab of chapter 2 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "02-short-polling").await;

        shows(&page, "GET /events?after=0 HTTP/1.1").await;
        page.set("wire-lab input[type=range]", "200").await;
        counts(&page, "empty", "n >= 2").await;
        page.click("wire-lab form button").await;
        shows(&page, "event 1 published").await;
        shows(&page, "event 1 delivered").await;
        shows(&page, "GET /events?after=1 HTTP/1.1").await;
        counts(&page, "mean", "n > 0").await;
        counts(&page, "each", "n > 100").await;

        // The browser's own cache asks on a conditional request.
        page.click("wire-lab input[value=etag]").await;
        shows(&page, "HTTP/1.1 304 Not Modified").await;
        // A browser may open a second connection in advance, not one per request.
        counts(&page, "connections", "n <= 2").await;
        page.click("wire-lab input[value=fresh]").await;
        counts(&page, "connections", "n >= 5").await;
        page.picture("wire-lab", "02-short-polling-live").await;
        stop(&page).await;
        page.finish(&[]);
    });
}

#[test]
fn long_polling_brings_an_event_at_once() {
    in_a_page("the lab of chapter 3 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "03-long-polling").await;

        shows(&page, "GET /events?after=0 HTTP/1.1").await;
        counts(&page, "held", "n > 0.5").await;
        page.click("wire-lab form button").await;
        shows(&page, "event 1 published").await;
        shows(&page, "event 1 delivered").await;
        // The next question is held already.
        shows(&page, "GET /events?after=1 HTTP/1.1").await;
        counts(&page, "mean", "n >= 0").await;
        counts(&page, "empty", "n === 0").await;

        // The connection goes with the question, and the next one has its own.
        page.click("wire-lab .lab-hang-up").await;
        shows(&page, "end of the stream").await;
        page.click("wire-lab form button").await;
        shows(&page, "event 2 delivered").await;
        page.picture("wire-lab", "03-long-polling-live").await;
        stop(&page).await;
        page.finish(&[]);
    });
}
