//! The lab of chapter 14, live: two windows of the page in a room that remembers.

use super::{counts, shows, start, stop};
use crate::{Book, Page, in_a_page};

/// Waits until a window has been told what begins its list.
async fn tells(page: &Page, name: &str, words: &str) {
    page.until(&format!(
        "document.querySelector('wire-lab .lab-{name} li')?.innerText.startsWith({words:?})"
    ))
    .await;
}

/// Waits until a window's list has this line, and everything before it is older.
async fn told(page: &Page, name: &str, line: &str) {
    page.until(&format!(
        "[...document.querySelectorAll('wire-lab .lab-{name} li')]
            .some(line => line.innerText === {line:?})"
    ))
    .await;
}

async fn says(page: &Page, words: &str) {
    page.set("wire-lab form input", words).await;
    page.click("wire-lab .lab-text").await;
    told(
        page,
        "ada",
        &format!("accepted: {}", id_and_number(page, words).await),
    )
    .await;
}

/// The id and the number of the last message with these words, as they are accepted.
async fn id_and_number(page: &Page, words: &str) -> String {
    let entry = format!(
        "[...document.querySelectorAll('wire-lab .lab-log li')]
            .findLast(entry => entry.innerText.includes({words:?}))"
    );
    page.until(&format!("{entry} !== undefined")).await;
    page.text(&format!(
        "{entry}.querySelector('small').innerText + ' is number ' + {entry}.dataset.seq"
    ))
    .await
}

const CURSOR: &str = "document.querySelector('wire-lab .lab-after').value";

#[test]
fn bob_is_cut_off_and_resumes() {
    in_a_page("the lab of chapter 14 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "14-history").await;
        told(&page, "bob", "joined: the room is at 0").await;
        told(&page, "ada", "joined: the room is at 0").await;
        says(&page, "one").await;
        told(&page, "bob", "1 ada: one").await;
        page.click("wire-lab .lab-cut").await;
        tells(&page, "bob", "The connection is gone.").await;
        shows(&page, "every connection is cut").await;
        page.until(&format!("{CURSOR} === '1'")).await;

        // Ada comes back by herself, after what she has heard.
        told(&page, "ada", "joined: the room is at 1").await;
        says(&page, "two").await;
        page.click("wire-lab .lab-back").await;
        told(&page, "bob", "2 ada: two").await;
        counts(&page, "heard", "n === 2").await;
        counts(&page, "again", "n === 0").await;
        counts(&page, "missing", "n === 0").await;
        page.picture("wire-lab", "14-history-live").await;

        // The number says it, and nothing else does: what he has is told again.
        page.click("wire-lab .lab-cut").await;
        tells(&page, "bob", "The connection is gone.").await;
        page.set("wire-lab .lab-after", "0").await;
        page.click("wire-lab .lab-back").await;
        told(&page, "bob", "1 ada: one once more").await;
        told(&page, "bob", "2 ada: two once more").await;
        counts(&page, "again", "n === 2").await;

        // A number that the room has not.
        page.click("wire-lab .lab-cut").await;
        tells(&page, "bob", "The connection is gone.").await;
        page.set("wire-lab .lab-after", "7").await;
        page.click("wire-lab .lab-back").await;
        told(&page, "bob", "gap: 3 to 7 are not there").await;
        stop(&page).await;
        page.finish(&["WebSocket connection to"]);
    });
}

#[test]
fn without_a_number_nothing_older_is_told() {
    in_a_page("bob comes back without his cursor", async |page| {
        let book = Book::serve();
        start(&page, &book, "14-history").await;
        told(&page, "ada", "joined: the room is at 0").await;
        says(&page, "one").await;
        page.click("wire-lab .lab-anew").await;
        page.until(
            "document.querySelector('wire-lab .lab-message').innerText
                .startsWith('Bob is there')",
        )
        .await;
        page.click("wire-lab .lab-cut").await;
        tells(&page, "bob", "The connection is gone.").await;
        told(&page, "ada", "joined: the room is at 1").await;
        says(&page, "two").await;
        page.click("wire-lab .lab-anew").await;
        tells(&page, "bob", "joined: the room is at 2").await;
        says(&page, "three").await;
        tells(&page, "bob", "3 ada: three").await;
        counts(&page, "heard", "n === 1").await;
        stop(&page).await;
        page.finish(&["WebSocket connection to"]);
    });
}

#[test]
fn a_message_that_is_said_again_is_there_once_with_its_id() {
    in_a_page("ada misses an answer", async |page| {
        let book = Book::serve();
        start(&page, &book, "14-history").await;
        told(&page, "bob", "joined: the room is at 0").await;
        told(&page, "ada", "joined: the room is at 0").await;
        page.set("wire-lab form input", "did you hear that?").await;
        page.click("wire-lab .lab-leave").await;
        told(&page, "bob", "1 ada: did you hear that?").await;
        counts(&page, "accepted", "n === 0").await;
        told(&page, "ada", "joined: the room is at 1").await;

        let accepted = id_and_number(&page, "did you hear that?").await;
        page.click("wire-lab .lab-new").await;
        told(&page, "bob", "2 ada: did you hear that?").await;
        counts(&page, "kept", "n === 2").await;
        // The first is unanswered still, and said again as what it was.
        page.click("wire-lab .lab-same").await;
        told(&page, "ada", &format!("accepted: {accepted}")).await;
        counts(&page, "accepted", "n === 2").await;
        counts(&page, "kept", "n === 2").await;
        page.until("document.querySelector('wire-lab .lab-same').disabled")
            .await;
        page.picture("wire-lab", "14-history-again").await;
        stop(&page).await;
        page.finish(&[]);
    });
}
