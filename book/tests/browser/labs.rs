//! Each chapter's lab, live: the page's browser against the chapter's server.

use serde_json::json;

use crate::{Book, Page, in_a_page};

const START: &str = "wire-lab .lab-start";

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

/// Opens the page `name` and starts its lab.
pub(crate) async fn start(page: &Page, book: &Book, name: &str) {
    page.go(&format!("{}/{name}.html", book.origin)).await;
    page.until("document.querySelector('wire-lab').dataset.mode === 'live'")
        .await;
    page.click(START).await;
    page.until("document.querySelector('wire-lab .lab-start').innerText === 'Stop'")
        .await;
}

/// Waits until the transcript shows an entry whose text holds `text`.
pub(crate) async fn shows(page: &Page, text: &str) {
    page.until(&format!(
        "document.querySelector('wire-lab .wire-live').textContent.includes({text:?})"
    ))
    .await;
}

/// Waits until a counter holds a number for which `condition` is true of `n`.
pub(crate) async fn counts(page: &Page, counter: &str, condition: &str) {
    page.until(&format!(
        "(n => {condition})(Number.parseFloat(document.querySelector(
            'wire-lab [data-counter={counter}]').innerText.replaceAll(',', '')))"
    ))
    .await;
}

pub(crate) async fn stop(page: &Page) {
    page.click(START).await;
    page.until(
        "document.querySelector('wire-lab .lab-message').innerText === 'Stopped.'",
    )
    .await;
}

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

#[test]
fn a_text_is_cut_interrupted_and_spoiled() {
    in_a_page("the lab of chapter 8 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "08-messages").await;
        let verdict = "document.querySelector('wire-lab .lab-verdict').innerText";
        let says = async |words: &str| {
            page.until(&format!("{verdict}.includes({words:?})")).await;
        };
        page.click("wire-lab .lab-send").await;
        says("holds 6 bytes, f0 9f of a character that goes on").await;
        says("ping \"there?\" is complete").await;
        says("text \"crab: 🦀\" is complete").await;
        shows(&page, "pong frame").await;
        counts(&page, "left", "n === 0").await;
        page.picture("wire-lab", "08-messages-live").await;

        // A click cuts once more, another one spoils.
        page.click("wire-lab .lab-byte:nth-child(4)").await;
        let plan = "document.querySelector('wire-lab .lab-plan').innerText";
        page.until(&format!("{plan}.startsWith('4 frames')")).await;
        page.click("wire-lab input[value=spoil]").await;
        page.click("wire-lab .lab-byte:nth-child(5)").await;
        page.click("wire-lab .lab-send").await;
        says("not UTF-8 after its first 4 bytes").await;
        shows(&page, "close frame").await;
        counts(&page, "left", "n > 0").await;

        page.set("wire-lab select", "above U+10FFFF (Autobahn 6.4.4)")
            .await;
        page.click("wire-lab .lab-send").await;
        says("not UTF-8 after its first 12 bytes").await;
        page.set("wire-lab select", "longer than 100 bytes").await;
        page.click("wire-lab .lab-send").await;
        says("a message of more than 100 bytes").await;
        page.picture("wire-lab", "08-messages-refused").await;
        stop(&page).await;
        page.finish(&[]);
    });
}

#[test]
fn a_frame_of_the_browsers_own_is_named_bit_by_bit() {
    in_a_page("the lab of chapter 7 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "07-frames").await;
        let named = "document.querySelector('wire-lab .lab-named').innerText";
        let says = async |words: &str| {
            page.until(&format!("{named}.includes({words:?})")).await;
        };
        // What stands there from the beginning.
        says("Masking-key").await;
        says("To a server: good").await;
        says("To a client: close with 1002").await;

        // The browser's own frame: it arrives, comes back, and is named.
        let state = "document.querySelector('wire-lab .lab-state').textContent";
        page.until(&format!("{state} === 'open'")).await;
        page.set("wire-lab form input", "Grüße").await;
        page.click("wire-lab .lab-text").await;
        says("Payload: Grüße").await;
        shows(&page, "text frame").await;
        counts(&page, "back", "n === 1").await;
        page.picture("wire-lab", "07-frames-live").await;
        let list = "document.querySelector('wire-lab select').value";
        assert_eq!(page.text(list).await, "what your browser has sent");
        // Nothing is wider than its place, in a narrow page neither.
        page.size(1000, 900).await;
        let parts = "[...document.querySelectorAll('.lab-parts section, .lab-frame')]";
        page.until(&format!(
            "{parts}.every(p => p.scrollWidth <= p.clientWidth)"
        ))
        .await;
        page.picture("wire-lab", "07-frames-1000").await;

        // MASK is the ninth bit: without it a server refuses.
        page.click("wire-lab .lab-bit:nth-child(9)").await;
        says("To a server: close with 1002: a client's frame that is not masked").await;
        assert_eq!(page.text(list).await, "your own bytes");
        page.click("wire-lab .lab-send").await;
        shows(&page, "close frame").await;

        page.set("wire-lab select", "4 GiB").await;
        says("To a server: close with 1009").await;
        page.click("wire-lab .lab-close").await;
        page.until(&format!("{state} === 'closed'")).await;
        stop(&page).await;
        page.finish(&[]);
    });
}
