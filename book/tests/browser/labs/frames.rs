//! The labs of chapters 7 and 8: frames and messages, byte by byte.

use super::{counts, shows, start, stop};
use crate::{Book, in_a_page};

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

        page.set("wire-lab select", "a length with its top bit")
            .await;
        says("At least 9223372036854775808 more bytes belong to it.").await;
        page.set("wire-lab select", "4 GiB").await;
        says("At least 4294967296 more bytes belong to it.").await;
        says("To a server: close with 1009").await;
        page.click("wire-lab .lab-close").await;
        page.until(&format!("{state} === 'closed'")).await;
        stop(&page).await;
        page.finish(&[]);
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
