//! The lab of chapter 6, live: the browser's own `WebSocket`.

use super::{counts, shows, start, stop};
use crate::{Book, in_a_page};

#[test]
fn a_script_is_told_of_a_handshake_that_it_opened_or_not() {
    in_a_page("the lab of chapter 6 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "06-handshake").await;
        let told = "document.querySelector('wire-lab .lab-told').innerText";
        let tells = async |words: &str| {
            page.until(&format!("{told}.includes({words:?})")).await;
        };
        shows(&page, "the server lists this page").await;
        page.click("wire-lab .lab-connect").await;
        tells("1: open, protocol \"chat.v1\"").await;
        tells("1: message \"Hello\"").await;
        tells("1: close 4001 \"room is full\", clean").await;
        shows(&page, "Sec-WebSocket-Key").await;
        shows(&page, "HTTP/1.1 101 Switching Protocols").await;
        page.picture("wire-lab", "06-handshake-live").await;

        // WHATWG WebSockets, section 4: offered, and not answered.
        page.click("wire-lab input[value=mute]").await;
        shows(&page, "speaks no subprotocol").await;
        page.click("wire-lab .lab-connect").await;
        tells("2: close 1006 \"\", not clean").await;
        page.click("wire-lab input[value=speaks]").await;

        page.click("wire-lab input[value=unlisted]").await;
        shows(&page, "does not list this page").await;
        page.click("wire-lab .lab-connect").await;
        tells("3: close 1006 \"\", not clean").await;
        shows(&page, "HTTP/1.1 403 Forbidden").await;
        page.click("wire-lab input[value=listed]").await;

        page.click("wire-lab input[value=wrong-accept]").await;
        shows(&page, "answers another key").await;
        page.click("wire-lab .lab-connect").await;
        tells("4: close 1006 \"\", not clean").await;

        page.click("wire-lab input[value=no-room]").await;
        shows(&page, "has no room").await;
        page.click("wire-lab .lab-connect").await;
        tells("5: close 1006 \"\", not clean").await;
        shows(&page, "HTTP/1.1 503 ").await;
        page.click("wire-lab input[value=honest]").await;

        page.click("wire-lab input[value=drop]").await;
        shows(&page, "answers honestly, hangs up").await;
        page.click("wire-lab .lab-connect").await;
        tells("6: message \"Hello\"").await;
        tells("6: close 1006 \"\", not clean").await;
        counts(&page, "refused", "n === 5").await;
        counts(&page, "opened", "n === 2").await;
        page.picture("wire-lab", "06-handshake-refused").await;
        stop(&page).await;
        page.finish(&["WebSocket connection to"]);
    });
}
