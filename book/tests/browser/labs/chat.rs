//! The lab of chapter 12, live: two windows of the page in the chapter's chat.

use super::{counts, shows, start, stop};
use crate::{Book, Page, in_a_page};

/// Waits until a window has been told this last.
async fn tells(page: &Page, place: &str, words: &str) {
    page.until(&format!(
        "document.querySelector('wire-lab .lab-{place} li')?.innerText.startsWith({words:?})"
    ))
    .await;
}

#[test]
fn two_windows_talk_and_are_one_person_by_one_name() {
    in_a_page("the lab of chapter 12 runs", async |page| {
        let book = Book::serve();
        start(&page, &book, "12-chat").await;
        // Whoever comes second is told of the first.
        page.until(
            "document.querySelector('wire-lab').innerText.includes('here: Ann, Bob')",
        )
        .await;
        page.click("wire-lab .lab-left .lab-text").await;
        tells(&page, "left", "1 Ann: Hello from left").await;
        tells(&page, "right", "1 Ann: Hello from left").await;
        page.set("wire-lab .lab-right form input", "I write").await;
        tells(&page, "left", "Bob is writing").await;
        page.click("wire-lab .lab-right .lab-go").await;
        tells(&page, "left", "Bob is gone").await;
        page.picture("wire-lab", "12-chat-live").await;

        // A second window of hers: nobody comes, and nobody goes.
        counts(&page, "presence", "n === 2").await;
        page.set("wire-lab .lab-right .lab-name", "Ann").await;
        page.click("wire-lab .lab-right .lab-come").await;
        tells(&page, "right", "joined at 1; here: Ann").await;
        page.click("wire-lab .lab-right .lab-go").await;
        tells(&page, "right", "closed: 1005").await;
        page.click("wire-lab .lab-left .lab-text").await;
        tells(&page, "left", "2 Ann: Hello from left").await;
        counts(&page, "presence", "n === 2").await;
        shows(&page, "close frame").await;
        stop(&page).await;
        page.finish(&[]);
    });
}

/// What can be said wrong, and what is answered.
const WRONG: [(&str, &str); 10] = [
    ("another room", "error not_in_room, room"),
    ("a room in capitals", "error bad_character, room"),
    ("a text of blanks", "error empty, text"),
    ("a text of 4,097 bytes", "error too_long, text"),
    ("a text that is a number", "error malformed, text"),
    ("no room", "error malformed, room"),
    ("one field too many", "error malformed, pasword"),
    ("a type that nobody knows", "error unknown_type, type"),
    ("hello, once more", "error hello_again"),
    ("no JSON", "error malformed"),
];

#[test]
fn what_is_wrong_is_answered_and_the_connection_lives() {
    in_a_page("something wrong is said", async |page| {
        let book = Book::serve();
        start(&page, &book, "12-chat").await;
        page.until(
            "document.querySelector('wire-lab').innerText.includes('here: Ann, Bob')",
        )
        .await;
        for (name, answer) in WRONG {
            page.set("wire-lab .lab-wrong", name).await;
            page.click("wire-lab .lab-say-wrong").await;
            tells(&page, "left", answer).await;
        }
        let offered = page
            .text(
                "[...document.querySelector('wire-lab .lab-wrong').options]
                    .map(option => option.value).join('; ')",
            )
            .await;
        let tested: Vec<&str> = WRONG.iter().map(|(name, _)| *name).collect();
        assert_eq!(offered, tested.join("; "));
        page.click("wire-lab .lab-left .lab-text").await;
        tells(&page, "right", "1 Ann: Hello from left").await;
        stop(&page).await;
        page.finish(&[]);
    });
}
