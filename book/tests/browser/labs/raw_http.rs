//! Chapter 1's lab: requests of the browser, and bytes by hand.

use super::{counts, shows, start, stop};
use crate::{Book, in_a_page};

/// What chapter 1's lab offers to send, and the statuses that come back.
const PRESETS: [(&str, &str); 12] = [
    ("a request", "200"),
    ("no Host", "400"),
    ("two Hosts", "400"),
    ("two requests at once", "200 404"),
    // What is left over begins a request that does not go on.
    ("a length too small", "200 408"),
    ("a length too large", "408"),
    ("two lengths", "400"),
    ("space before the colon", "400"),
    ("a bare CR", "400"),
    ("half a request", "408"),
    ("HTTP/1.0", "200"),
    ("no HTTP at all", "400"),
];

#[test]
fn raw_http_answers_the_browser_and_bytes_by_hand() {
    in_a_page("the lab of chapter 1 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "01-raw-http").await;

        page.click("wire-lab section:first-child button").await;
        shows(&page, "GET / HTTP/1.1").await;
        shows(&page, "HTTP/1.1 200 OK").await;
        shows(&page, "User-Agent: Mozilla/").await;
        counts(&page, "requests", "n >= 1").await;

        page.set("wire-lab select", "space before the colon").await;
        page.click("wire-lab section:last-child button").await;
        shows(&page, "by hand, in one write").await;
        shows(&page, "HTTP/1.1 400 Bad Request").await;
        page.picture("wire-lab", "01-raw-http-live").await;

        stop(&page).await;
        page.finish(&[]);
    });
}

#[test]
fn bytes_that_are_offered_do_what_their_names_say() {
    in_a_page("chapter 1's presets are answered", async |page| {
        let book = Book::serve();
        start(&page, &book, "01-raw-http").await;
        let send = "wire-lab section:last-child button";
        let mut offered = Vec::new();
        for (preset, statuses) in PRESETS {
            let shown = "[...document.querySelectorAll('wire-lab .wire-live .wire-what')]
                .map(what => what.innerText).filter(text => text.startsWith('HTTP/1.1 '))
                .map(text => text.slice(9, 12)).join(' ')";
            offered.push(statuses);
            page.set("wire-lab select", preset).await;
            page.click(send).await;
            let expected = offered.join(" ");
            let sent = format!("!document.querySelector({send:?}).disabled");
            page.until(&format!("{shown} === {expected:?} && {sent}"))
                .await;
        }
        let names = "[...document.querySelector('wire-lab select').options]
            .map(option => option.value).join()";
        let tested: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
        assert_eq!(page.text(names).await, tested.join(","));
        stop(&page).await;
        page.finish(&[]);
    });
}
