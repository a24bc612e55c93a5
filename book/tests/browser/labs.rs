//! Each chapter's lab, live: the page's browser against the chapter's server.

mod backpressure;
mod chat;
mod connection;
mod door;
mod frames;
mod handshake;
mod history;
mod polling;
mod raw_http;
mod streaming;

use serde_json::json;

use crate::{Book, Page, in_a_page};

const START: &str = "wire-lab .lab-start";

/// Opens the page `name` and starts its lab.
async fn start(page: &Page, book: &Book, name: &str) {
    page.go(&format!("{}/{name}.html", book.origin)).await;
    page.until("document.querySelector('wire-lab').dataset.mode === 'live'")
        .await;
    page.click(START).await;
    page.until("document.querySelector('wire-lab .lab-start').innerText === 'Stop'")
        .await;
}

/// Waits until the transcript shows an entry whose text holds `text`.
async fn shows(page: &Page, text: &str) {
    page.until(&format!(
        "document.querySelector('wire-lab .wire-live').textContent.includes({text:?})"
    ))
    .await;
}

/// Waits until a counter holds a number for which `condition` is true of `n`.
async fn counts(page: &Page, counter: &str, condition: &str) {
    page.until(&format!(
        "(n => {condition})(Number.parseFloat(document.querySelector(
            'wire-lab [data-counter={counter}]').innerText.replaceAll(',', '')))"
    ))
    .await;
}

async fn stop(page: &Page) {
    page.click(START).await;
    page.until(
        "document.querySelector('wire-lab .lab-message').innerText === 'Stopped.'",
    )
    .await;
}

#[test]
fn a_running_lab_fits_in_a_narrow_window() {
    in_a_page("the labs run in 400 px", async |page| {
        let book = Book::serve();
        page.size(400, 800).await;
        for (name, button) in [
            ("01-raw-http", "wire-lab section:last-child button"),
            ("02-short-polling", "wire-lab form button"),
            ("03-long-polling", "wire-lab form button"),
            ("04-http-streaming", "wire-lab form button"),
            ("05-server-sent-events", "wire-lab form button"),
            ("06-handshake", "wire-lab .lab-connect"),
            ("07-frames", "wire-lab .lab-send"),
            ("08-messages", "wire-lab .lab-send"),
            ("09-connection", "wire-lab .lab-hand"),
            ("12-chat", "wire-lab .lab-say-wrong"),
            ("13-backpressure", "wire-lab .lab-reads"),
            ("14-history", "wire-lab .lab-leave"),
            ("15-gatekeeping", "wire-lab .lab-knock"),
        ] {
            start(&page, &book, name).await;
            page.click(button).await;
            shows(&page, "HTTP/1.1 ").await;
            page.click("wire-lab .wire-live summary").await;
            shows(&page, "\\r\\n").await;
            assert_eq!(page.overflow().await, "", "{name} in 400 px");
            page.picture("wire-lab", &format!("{name}-live-narrow"))
                .await;
            stop(&page).await;
        }
        page.finish(&[]);
    });
}

#[test]
fn a_server_of_ones_own_that_does_not_run_is_explained() {
    in_a_page("the reader's server is looked for", async |page| {
        let book = Book::serve();
        page.go(&format!("{}/02-short-polling.html", book.origin))
            .await;
        page.click("wire-lab input[value=mine]").await;
        page.until(
            "document.querySelector('wire-lab .lab-message').innerText
                .includes('127.0.0.1:4102')",
        )
        .await;
        page.finish(&[]);
    });
}

#[test]
fn a_page_that_cannot_be_seen_holds_no_connection_open() {
    in_a_page("a hidden page lets go and comes back", async |page| {
        let book = Book::serve();
        start(&page, &book, "02-short-polling").await;
        counts(&page, "requests", "n >= 1").await;
        let follows = "document.querySelector('wire-lab').lab.session.source.readyState
            !== EventSource.CLOSED";
        page.until(follows).await;

        let other = page.beside().await;
        other.call("Page.bringToFront", json!({})).await;
        page.until(&format!("document.hidden && !({follows})"))
            .await;
        page.call("Page.bringToFront", json!({})).await;
        page.until(follows).await;
        shows(&page, "ms pass").await;
        counts(&page, "requests", "n >= 3").await;
        stop(&page).await;
        other.finish(&[]);
        page.finish(&[]);
    });
}
