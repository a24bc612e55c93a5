//! The lab of chapter 13, live: Ann is the page, and Carl does not read.

use super::{counts, shows, start, stop};
use crate::{Book, Page, in_a_page};

/// Waits until Carl stands so.
async fn carl_is(page: &Page, standing: &str) {
    page.until(&format!(
        "document.querySelector('wire-lab .lab-state').innerText === {standing:?}"
    ))
    .await;
}

/// Waits until what Carl has heard is such a line.
async fn heard(page: &Page, line: &str) {
    page.until(&format!(
        "/^{line}$/.test([...document.querySelectorAll('wire-lab .lab-heard li')]
            .map(item => item.innerText).join(', '))"
    ))
    .await;
}

/// Has Carl come in, over his connection of this number, after Ann.
async fn comes_in(page: &Page, button: &str, visit: u64) {
    page.click(button).await;
    page.until(&format!(
        "document.querySelector('wire-lab .lab-state').dataset.visit === '{visit}'"
    ))
    .await;
    carl_is(page, "in the room, and reads").await;
}

/// Starts the lab, and waits until Ann and Carl know of each other.
async fn enter(page: &Page, book: &Book) {
    start(page, book, "13-backpressure").await;
    let hears = "document.querySelector('wire-lab .lab-answer').innerText";
    page.until(&format!("{hears}.includes('Carl')")).await;
}

#[test]
fn what_waits_for_carl_is_shown_and_the_oldest_is_dropped() {
    in_a_page("the lab of chapter 13 runs", async |page| {
        let book = Book::serve();
        enter(&page, &book).await;
        comes_in(&page, "wire-lab input[value=drop-oldest]", 2).await;
        page.click("wire-lab .lab-text").await;
        heard(&page, "1").await;
        page.click("wire-lab .lab-reads").await;
        carl_is(&page, "in the room, and does not read").await;
        page.click("wire-lab .lab-many").await;
        counts(&page, "ann", "n === 21").await;
        // Fewer than eight, if all was said before the network had taken what it carries.
        page.until("document.querySelector('wire-lab .lab-waits-frames').value > 0")
            .await;
        page.picture("wire-lab", "13-backpressure-live").await;
        heard(&page, "1").await;
        page.click("wire-lab .lab-reads").await;
        carl_is(&page, "in the room, and reads").await;
        // How much was on its way depends on how fast it was said; the last eight are kept.
        let line = r"1, (\d+( missing)?, )+14, 15, 16, 17, 18, 19, 20, 21";
        heard(&page, line).await;
        let number = |name| {
            format!("Number(document.querySelector('[data-counter={name}]').innerText)")
        };
        let (carl, missing) = (number("carl"), number("missing"));
        page.until(&format!("{carl} + {missing} === 21")).await;
        counts(&page, "missing", "n > 0").await;
        shows(&page, "Carl hears that ").await;
        page.until("document.querySelector('wire-lab .lab-waits-frames').value === 0")
            .await;
        stop(&page).await;
        page.finish(&[]);
    });
}

#[test]
fn carl_is_sent_away_and_comes_in_anew() {
    in_a_page("carl is sent away", async |page| {
        let book = Book::serve();
        enter(&page, &book).await;
        comes_in(&page, "wire-lab .lab-enter", 2).await;
        page.click("wire-lab .lab-reads").await;
        carl_is(&page, "in the room, and does not read").await;
        page.click("wire-lab .lab-many").await;
        carl_is(&page, "sent away, and does not know it").await;
        counts(&page, "ann", "n === 20").await;
        page.click("wire-lab .lab-reads").await;
        carl_is(&page, "gone, and he knows it").await;
        let line = "(1, )?(2, )?(3, )?closed: 1013 you read too slowly";
        heard(&page, line).await;
        page.picture("wire-lab", "13-backpressure-closed").await;
        comes_in(&page, "wire-lab .lab-enter", 3).await;
        heard(&page, "").await;
        page.click("wire-lab .lab-text").await;
        heard(&page, "21").await;
        stop(&page).await;
        page.finish(&[]);
    });
}
